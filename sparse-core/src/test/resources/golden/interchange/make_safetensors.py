"""Writes the safetensors files of this folder, and what is in them, into the current directory.

    python3 make_safetensors.py
"""
import urllib.parse

import safetensors
import safetensors.torch
import torch

# The same numbers wherever a type holds them, and what is special in each type.
tensors = {
    'f64': torch.tensor([[0, -0.0, 1.5], [float('nan'), float('-inf'), 1 / 3],
                         [5e-324, 1 + 2.0**-24, 1e300]], dtype=torch.float64),
    'f32': torch.tensor([[0, -0.0, 1.5], [float('nan'), float('inf'), 1 / 3],
                         [1e-45, 3.4028234663852886e38, -1]], dtype=torch.float32),
    'f16': torch.tensor([0, -0.0, 1.5, float('nan'), float('-inf'), 1 / 3, 2.0**-24, 65504, 65520],
                        dtype=torch.float16),
    'bf16': torch.tensor([0, -0.0, 1.5, float('nan'), float('inf'), 1 / 3, 3.1415927, 1.00390625,
                          1.01171875, 1e-40], dtype=torch.bfloat16),
    'i64': torch.tensor([0, -1, 2**63 - 1, -2**63, 2**24 + 1, 2**40 + 2**16 + 1],
                        dtype=torch.int64),
    'i32': torch.tensor([0, -1, 2**31 - 1, -2**31, 2**24 + 1], dtype=torch.int32),
    'i16': torch.tensor([0, -1, 2**15 - 1, -2**15], dtype=torch.int16),
    'i8': torch.tensor([0, -1, 127, -128], dtype=torch.int8),
    'u8': torch.tensor([0, 1, 127, 128, 255], dtype=torch.uint8),
    'bool': torch.tensor([True, False, True], dtype=torch.bool),
    'c64': torch.tensor([1 + 2j, -0.0 - 1j], dtype=torch.complex64),
    'scalar': torch.tensor(7.25),
    'scalar.i64': torch.tensor(-3),
    'empty': torch.zeros(0),
    'empty.rows': torch.zeros((0, 5), dtype=torch.bfloat16),
    'empty.columns': torch.zeros((5, 0), dtype=torch.int32),
    'rank3': torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) - 11.5,
    'rank3.half': torch.arange(12, dtype=torch.float16).reshape(3, 2, 2) / 8,
    # A view of other strides: the file holds it in order of rows.
    'turned': torch.arange(6, dtype=torch.float32).reshape(2, 3).t().contiguous(),
    # Names sort by their bytes, and need escapes.
    'B': torch.tensor([1.0]),
    'a"b\\c\n': torch.tensor([2.0]),
    'gr\u00fc\u00df': torch.tensor([3.0]),
}

with open('safetensors.txt', 'w', encoding='utf-8') as text:
    print('# made by make_safetensors.py with safetensors', safetensors.__version__, 'and torch',
          torch.__version__, file=text)
    print('# name (percent-encoded), type, shape, numbers as torch sees them', file=text)
    for name, tensor in tensors.items():
        flat = (torch.view_as_real(tensor) if tensor.is_complex() else tensor).flatten()
        print(urllib.parse.quote(name, safe=':/'), str(tensor.dtype).replace('torch.', ''),
              'x'.join(map(str, tensor.shape)) or '-', *map(repr, flat.tolist()), file=text)

safetensors.torch.save_file(tensors, 'all_types.safetensors')
safetensors.torch.save_file(tensors, 'one_entry.safetensors', metadata={'format': 'pt'})
# More than one entry: their order in the file is not fixed by the package.
safetensors.torch.save_file(
    {'w': tensors['rank3']}, 'entries.safetensors',
    metadata={'format': 'pt', 'epoch': '3', 'tabs\t"quotes"': 'zw\u00f6lf \u2603', 'empty': ''})
safetensors.torch.save_file({}, 'no_tensors.safetensors')
