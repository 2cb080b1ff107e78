"""Prints five updates of torch.optim.AdamW for AdamTests.swift.

python3 make_adamw.py    (torch 2.13)
"""

import torch

torch.set_num_threads(1)
matrix = torch.nn.Parameter(torch.tensor([[1.0, -2.0], [0.5, 3.0]]))
vector = torch.nn.Parameter(torch.tensor([-1.0, 2.0]))
optimizer = torch.optim.AdamW(
    [{"params": [matrix], "weight_decay": 0.2}, {"params": [vector], "weight_decay": 0.0}],
    lr=0.1, betas=(0.8, 0.9), eps=1e-3)
for update in range(1, 6):
    for parameter in (matrix, vector):
        parameter.grad = parameter.detach() * update - 1
    optimizer.step()
for parameter in (matrix, vector):
    print(", ".join(f"{x:.7f}" for x in parameter.detach().flatten().tolist()))
