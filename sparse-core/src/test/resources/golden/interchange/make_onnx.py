"""Writes the ONNX files of this folder, and what is in them, into the current directory.

external.bin must not be there: onnx appends to it.
"""
import urllib.parse

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

IR_VERSION = 8
OPSET = helper.make_opsetid('', 15)


def grid(*shape, dtype='f4', start=-2.0, step=0.375):
    return (np.arange(np.prod(shape)) * step + start).astype(dtype).reshape(shape)


def typed(name, data_type, array):
    """Numbers in the field of their type, as make_tensor chooses it."""
    return helper.make_tensor(name, data_type, array.shape, array.flatten().tolist())


def raw(name, array):
    return numpy_helper.from_array(array, name)


def raw_bf16(name, array):
    bits = (array.astype('<f4').view('<u4') >> 16).astype('<u2')
    return helper.make_tensor(name, TensorProto.BFLOAT16, array.shape, bits.tobytes(), raw=True)


special = np.array([[0, -0.0, np.nan], [np.inf, -np.inf, 1 / 3], [6e-8, 65504, 1e-5]])
initializers = [
    raw('raw.f32', grid(3, 4)),
    typed('typed.f32', TensorProto.FLOAT, grid(3, 4, start=1)),
    raw('onnx::Gemm_17', grid(5, 3, start=2)),
    raw('bias.4', grid(4)),
    typed('bias.5', TensorProto.FLOAT, grid(5)),
    raw('raw.f16', special.astype('f2')),
    typed('typed.f16', TensorProto.FLOAT16, special),
    raw_bf16('raw.bf16', special),
    typed('typed.bf16', TensorProto.BFLOAT16, special),
    raw('raw.f64', special.astype('f8')),
    typed('typed.f64', TensorProto.DOUBLE, special),
    raw('chain', grid(4, 3, start=3)),
    raw('twice', grid(3, 2, start=4)),
    raw('left', grid(2, 3, start=5)),
    raw('left.turned', grid(3, 2, start=6)),
    raw('square', grid(3, 3, start=7)),
    raw('scalar', np.array(2.5, dtype='f4')),
    typed('typed.scalar', TensorProto.FLOAT, np.array(-2.5)),
    raw('empty', np.zeros((0, 5), dtype='f4')),
    raw('rank3', grid(2, 3, 2)),
]
for name in ('int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'):
    limits = np.iinfo(name)
    array = np.array([0, 1, 100, limits.min, limits.max], dtype=name)
    initializers.append(raw('raw.' + name, array))
    initializers.append(typed('typed.' + name, getattr(TensorProto, name.upper()), array))
for how in (raw, lambda name, array: typed(name, TensorProto.BOOL, array)):
    initializers.append(how('raw.bool' if how is raw else 'typed.bool', np.array([True, False])))

# One 4x5 matrix with an empty row, both kinds of indices; a vector; nothing; another type.
linear = helper.make_sparse_tensor(
    typed('sparse.linear', TensorProto.FLOAT, np.array([1, -2, 0, 4.5])),
    raw('', np.array([0, 4, 7, 19], dtype='i8')), [4, 5])
coordinates = helper.make_sparse_tensor(
    raw('sparse.coordinates', np.array([1, -2, 0, 4.5], dtype='f4')),
    typed('', TensorProto.INT64, np.array([[0, 0], [0, 4], [1, 2], [3, 4]])), [4, 5])
line = helper.make_sparse_tensor(
    raw('sparse.line', np.array([3, 4], dtype='f4')), raw('', np.array([1, 6], dtype='i8')), [7])
nothing = helper.make_sparse_tensor(
    raw('sparse.nothing', np.array([], dtype='f4')), raw('', np.array([], dtype='i8')), [2, 3])
half = helper.make_sparse_tensor(
    typed('sparse.f16', TensorProto.FLOAT16, np.array([1 / 3])), raw('', np.array([5], dtype='i8')),
    [2, 3])

nodes = [
    helper.make_node('MatMul', ['x', 'raw.f32'], ['y0'], name='/layer.0/query/MatMul'),
    helper.make_node('Gemm', ['x', 'typed.f32', 'bias.4'], ['y1'], name='/layer.0/Gemm', transB=0),
    helper.make_node('Gemm', ['x', 'onnx::Gemm_17', 'bias.5'], ['y2'], name='/layer.1/Gemm',
                     transB=1),
    helper.make_node('MatMul', ['x.f16', 'raw.f16'], ['y3'], name='half'),
    helper.make_node('Gemm', ['x.f16', 'typed.f16'], ['y4'], name='half typed', transB=1),
    helper.make_node('MatMul', ['x.bf16', 'raw.bf16'], ['y5'], name='bf16'),
    helper.make_node('Gemm', ['x.bf16', 'typed.bf16'], ['y6'], name='bf16 typed', transB=1),
    helper.make_node('MatMul', ['x.f64', 'raw.f64'], ['y7'], name='double'),
    helper.make_node('Gemm', ['x.f64', 'typed.f64'], ['y8'], name='double typed', transB=1),
    # Stored as outputs x inputs, turned before it is multiplied.
    helper.make_node('Identity', ['chain'], ['chain.same'], name='id'),
    helper.make_node('Transpose', ['chain.same'], ['chain.turned'], name='turn', perm=[1, 0]),
    helper.make_node('MatMul', ['x', 'chain.turned'], ['y9'], name='/chain/MatMul'),
    helper.make_node('Transpose', ['twice'], ['twice.1'], name='turn 1'),
    helper.make_node('Transpose', ['twice.1'], ['twice.2'], name='turn 2', perm=[1, 0]),
    helper.make_node('Transpose', ['twice.2'], ['twice.3'], name='turn nothing', perm=[0, 1]),
    helper.make_node('MatMul', ['x', 'twice.3'], ['y10'], name='/twice/MatMul'),
    helper.make_node('Gemm', ['x', 'twice.1'], ['y11'], name='/twice/Gemm', transB=1),
    # The weight comes first: columns of x are samples.
    helper.make_node('MatMul', ['left', 'xt'], ['y12'], name='left MatMul'),
    helper.make_node('Gemm', ['left.turned', 'xt'], ['y13'], name='left Gemm', transA=1, transB=0),
    helper.make_node('Constant', [], ['constant'], name='c', value=raw('', grid(3, 2, start=8))),
    helper.make_node('MatMul', ['x', 'constant'], ['y14'], name='/constant/MatMul'),
    helper.make_node('MatMul', ['x', 'square'], ['output without a node name']),
    # No weights: both are constant, neither is, or the operator is another one.
    helper.make_node('MatMul', ['square', 'square'], ['y15'], name='both constant'),
    helper.make_node('MatMul', ['x', 'xt'], ['y16'], name='none constant'),
    helper.make_node('Add', ['x', 'square'], ['y17'], name='sum'),
]
inputs = [
    helper.make_tensor_value_info('x', TensorProto.FLOAT, [3, 3]),
    helper.make_tensor_value_info('xt', TensorProto.FLOAT, [3, 3]),
    helper.make_tensor_value_info('x.f16', TensorProto.FLOAT16, [3, 3]),
    helper.make_tensor_value_info('x.bf16', TensorProto.BFLOAT16, [3, 3]),
    helper.make_tensor_value_info('x.f64', TensorProto.DOUBLE, [3, 3]),
]
element = {value.name: value.type.tensor_type.elem_type for value in inputs}
outputs = [helper.make_tensor_value_info(node.output[0], next(
    (element[name] for name in node.input if name in element), TensorProto.FLOAT), [None, None])
           for node in nodes if node.op_type in ('MatMul', 'Gemm')]


def model(nodes, inputs, outputs, initializers, sparse=()):
    graph = helper.make_graph(nodes, 'golden', inputs, outputs, initializers,
                              sparse_initializer=list(sparse))
    made = helper.make_model(graph, opset_imports=[OPSET], producer_name='make_onnx')
    made.ir_version = IR_VERSION
    return made


class Exported(torch.nn.Module):
    """A model as PyTorch's exporter writes it: names of weights get lost where it folds them."""

    def __init__(self):
        super().__init__()
        self.embed = torch.nn.Linear(3, 5, bias=False)
        self.hidden = torch.nn.Linear(5, 2)
        with torch.no_grad():
            for shift, weight in enumerate(self.parameters()):
                numbers = torch.arange(weight.numel(), dtype=torch.float32)
                weight.copy_((numbers / 8 - shift).reshape(weight.shape))

    def forward(self, tokens, sample):
        return self.hidden(torch.relu(self.embed(tokens))), self.hidden(sample)


def line_of(text, name, kind, array):
    numbers = array.flatten().tolist()
    print(urllib.parse.quote(name, safe=':/#'), kind, 'x'.join(map(str, array.shape)) or '-',
          *map(repr, numbers), file=text)


def weight_of(node, constants):
    """What a node computes from the identity is its weight, stored as outputs x inputs."""
    arguments = []
    for name in node.input[:2]:
        if name in constants:
            arguments.append((constants[name], True))
        else:
            arguments.append((np.eye(3), False))
    (a, left), (b, right) = arguments
    if left == right:
        return None
    switches = {attribute.name: attribute.i for attribute in node.attribute}
    a = a.T if switches.get('transA') else a
    b = b.T if switches.get('transB') else b
    return a if left else b.T


def describe(text, path):
    made = onnx.load(path)
    # Not by path: that would write what it infers into the file.
    onnx.checker.check_model(made, full_check=True)
    constants = {}
    for tensor in made.graph.initializer:
        array = numpy_helper.to_array(tensor)
        constants[tensor.name] = array
        kind = TensorProto.DataType.Name(tensor.data_type).lower()
        line_of(text, path + ':' + tensor.name, kind, array)
    for sparse in made.graph.sparse_initializer:
        indices = numpy_helper.to_array(sparse.indices)
        values = numpy_helper.to_array(sparse.values)
        dense = np.zeros(list(sparse.dims), dtype=values.dtype)
        places = tuple(indices.T) if indices.ndim == 2 else np.unravel_index(indices, dense.shape)
        dense[places] = values
        kind = TensorProto.DataType.Name(sparse.values.data_type).lower()
        line_of(text, path + ':' + sparse.values.name, kind, dense)
    for node in made.graph.node:
        if node.op_type == 'Constant':
            tensor = node.attribute[0].t
            constants[node.output[0]] = numpy_helper.to_array(tensor)
            kind = TensorProto.DataType.Name(tensor.data_type).lower()
            line_of(text, path + ':' + node.output[0], kind, constants[node.output[0]])
        if node.op_type == 'Identity' and node.input[0] in constants:
            constants[node.output[0]] = constants[node.input[0]]
        if node.op_type == 'Transpose' and node.input[0] in constants:
            order = list(node.attribute[0].ints) if node.attribute else None
            constants[node.output[0]] = constants[node.input[0]].transpose(order)
        if node.op_type in ('MatMul', 'Gemm'):
            weight = weight_of(node, constants)
            if weight is not None:
                line_of(text, path + '#' + (node.name or node.output[0]), 'weight', weight)


onnx.save(model(nodes, inputs, outputs, initializers, [linear, coordinates, line, nothing, half]),
          'tensors.onnx')

outside = [raw('w', grid(3, 4)), raw('h', special.astype('f2')), raw('n', np.arange(5))]
onnx.save_model(
    model([helper.make_node('MatMul', ['x', 'w'], ['y'], name='/outside/MatMul')], inputs[:1],
          [helper.make_tensor_value_info('y', TensorProto.FLOAT, [None, None])], outside),
    'external.onnx', save_as_external_data=True, all_tensors_to_one_file=True,
    location='external.bin', size_threshold=0)

exported = Exported()
torch.onnx.export(exported, (torch.ones(2, 7, 3), torch.ones(2, 5)), 'exported.onnx',
                  opset_version=13)

with open('onnx.txt', 'w', encoding='utf-8') as text:
    print('# made by make_onnx.py with onnx', onnx.__version__, 'and torch', torch.__version__,
          file=text)
    print('# file:tensor or file#node (percent-encoded), type or "weight", shape, numbers as onnx'
          ' and NumPy see them; a weight is outputs x inputs,', file=text)
    print('# a sparse tensor is shown whole', file=text)
    for path in ('tensors.onnx', 'external.onnx', 'exported.onnx'):
        describe(text, path)
    # The same weights as PyTorch itself has them.
    for name, parameter in exported.named_parameters():
        line_of(text, 'torch:' + name, 'float', parameter.detach().numpy())
