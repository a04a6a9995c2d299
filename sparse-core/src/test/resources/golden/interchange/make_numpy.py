"""Writes the NumPy and SciPy files of this folder into the current directory."""
import numpy as np
import scipy.sparse as sp

# .npy, whose bytes our writer must reproduce.
np.save('i4.npy', np.array([1, 2, 3], dtype='<i4'))
np.save('f4_2x3.npy', np.array([[1, -0.0, 2.5], [np.nan, np.inf, -3]], dtype='<f4'))
np.save('i8_1000.npy', np.arange(1000, dtype='<i8'))

# One array of each type; the same six numbers where the type holds them.
arrays = {}
for name in ('i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8'):
    for order in ('<', '>'):
        arrays[('big_' if order == '>' else '') + name] = np.array(
            [[0, 1, 2], [100, 5, 6]], dtype=order + name)
arrays['b1'] = np.array([True, False, True])
arrays['c8'] = np.array([1 + 2j], dtype='<c8')
arrays['text'] = np.array(b'csr')
arrays['wide_text'] = np.array('coo')
arrays['big_wide_text'] = np.array('coo', dtype='>U5')
arrays['scalar'] = np.array(7, dtype='<f4')
arrays['empty'] = np.zeros((0, 5), dtype='<f4')
arrays['fortran'] = np.asfortranarray(np.arange(24, dtype='<f4').reshape(2, 3, 4))
arrays['fortran_2d'] = np.asfortranarray(np.arange(6, dtype='<f8').reshape(2, 3))
arrays['extremes'] = np.array([np.iinfo('u8').max, 2**63], dtype='<u8')
arrays['object'] = np.array([{'a': 1}], dtype=object)
arrays['record'] = np.array([(1, 2.0)], dtype=[('x', '<i4'), ('y', '<f4')])
np.savez('types.npz', **arrays)

small = sp.csr_matrix(np.array([[0, 0, 3], [4, 0, 0]], dtype='<f4'))
for layout in ('csr', 'csc', 'coo'):
    sp.save_npz(layout + '.npz', small.asformat(layout))
blocks = np.zeros((4, 4), dtype='<f4')
blocks[:2, :2] = [[1, 2], [3, 4]]
blocks[2:, 2:] = [[5, 6], [7, 8]]
sp.save_npz('bsr.npz', sp.bsr_matrix(blocks, blocksize=(2, 2)))
sp.save_npz('dia.npz', sp.dia_matrix(
    (np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 0, 11, 12]], dtype='<f8'), [0, -2, 1]), shape=(3, 4)))
# Not canonical: unsorted, with duplicates, with an explicit zero; 64-bit indices, an array, not compressed.
loose = sp.csr_array(
    (np.array([1, 2, 3, 0, 5, 6], dtype='<f8'), np.array([2, 0, 2, 1, 1, 0], dtype='<i8'),
     np.array([0, 3, 3, 6], dtype='<i8')), shape=(3, 3))
sp.save_npz('loose.npz', loose, compressed=False)
sp.save_npz('line.npz', sp.coo_array(np.array([0, 1, 0, 2], dtype='<f4')))
sp.save_npz('empty.npz', sp.csc_matrix((0, 5), dtype='<f4'))
np.savez('coords.npz', format=b'coo', shape=np.array([2, 3]), data=np.array([3, 4], dtype='<f4'),
         coords=np.array([[0, 1], [2, 0]]))
