"""Writes PyTorch's sparse tensors by components, as TorchSparse names them, and what is in them.

Neither PyTorch nor safetensors has a rule for sparse tensors in a file; the names are those of
docs/interchange.md. Every array is what PyTorch itself made.
"""
import urllib.parse

import safetensors
import torch
from safetensors.torch import save_file

nan, inf = float('nan'), float('inf')
# Row 1 is empty, row 3 is full, the block in the corner is zero; -0.0 is kept inside blocks only.
dense = torch.tensor([
    [1, 0, -2.5, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 1 / 3, 0, -0.0, 0, nan],
    [1, 2, 3, 4, 5, 6],
    [0, 0, inf, 0, 0, -inf],
    [0, 0, 1e-40, 65504, 0, 0],
])

tensors = {}
metadata = {}
whole = {}


def arrays(sparse):
    if sparse.layout == torch.sparse_csc:
        return {'ccol_indices': sparse.ccol_indices(), 'row_indices': sparse.row_indices()}
    return {'crow_indices': sparse.crow_indices(), 'col_indices': sparse.col_indices()}


def add(name, layout, sparse):
    for part, array in arrays(sparse).items():
        tensors[name + '.' + part] = array.contiguous()
    tensors[name + '.values'] = sparse.values().contiguous()
    tensors[name + '.shape'] = torch.tensor(sparse.shape)
    metadata[name + '.layout'] = layout
    whole[name] = (layout, sparse.to_dense())


add('csr', 'csr', dense.to_sparse_csr())
add('csr.f64', 'csr', dense.double().to_sparse_csr())
add('csc', 'csc', dense.to_sparse_csc())
add('bsr', 'bsr', dense.to_sparse_bsr((2, 3)))
add('bsr.tall', 'bsr', dense.to_sparse_bsr((3, 1)))
add('rectangle', 'csr', dense[:, :5].contiguous().to_sparse_csr())
add('rectangle.csc', 'csc', dense[:4, :].contiguous().to_sparse_csc())
add('zero', 'csr', torch.zeros(3, 4).to_sparse_csr())
add('no rows', 'csr', torch.zeros(0, 4).to_sparse_csr())
add('no columns', 'csr', torch.zeros(3, 0).to_sparse_csr())
# Indices of 32 bits, and an explicit zero.
add('narrow', 'csr', torch.sparse_csr_tensor(
    torch.tensor([0, 2, 2, 3], dtype=torch.int32), torch.tensor([0, 3, 1], dtype=torch.int32),
    torch.tensor([7.0, 0.0, -8.0]), (3, 4)))
for word, kind in (('f16', torch.float16), ('bf16', torch.bfloat16)):
    csr = dense.to_sparse_csr()
    add('csr.' + word, 'csr', torch.sparse_csr_tensor(
        csr.crow_indices(), csr.col_indices(), csr.values().to(kind), csr.shape))
    bsr = dense.to_sparse_bsr((2, 3))
    add('bsr.' + word, 'bsr', torch.sparse_bsr_tensor(
        bsr.crow_indices(), bsr.col_indices(), bsr.values().to(kind), bsr.shape))

save_file(tensors, 'torch_sparse.safetensors', metadata=metadata)
with open('torch.txt', 'w', encoding='utf-8') as text:
    print('# made by make_torch.py with torch', torch.__version__, 'and safetensors',
          safetensors.__version__, file=text)
    print('# name (percent-encoded), layout, shape, numbers of to_dense()', file=text)
    for name, (layout, full) in whole.items():
        print(urllib.parse.quote(name), layout, 'x'.join(map(str, full.shape)),
              *map(repr, full.flatten().tolist()), file=text)
    print('# the arrays themselves: name, type, shape, numbers', file=text)
    for name, tensor in tensors.items():
        print(urllib.parse.quote(name), str(tensor.dtype).replace('torch.', ''),
              'x'.join(map(str, tensor.shape)), *map(repr, tensor.flatten().tolist()), file=text)
