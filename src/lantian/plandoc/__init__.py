"""Plan documents: read, parse, check, export. Each step is a sub-package with one function of its name.

>>> from lantian.plandoc.read import read
>>> from lantian.plandoc.parse import parse
>>> plan = parse(read("一、主要任务\\n1. 淘汰锅炉。10月底前完成。\\n牵头单位：区环保局".encode(), name="a.txt"))
>>> plan.tasks[0].lead
['区环保局']

The order is read (a file becomes a `Document`), rebuild (wrapped lines and flattened tables become paragraphs and
grids), parse (a `Plan`), check (findings), export (json, xlsx, csv).
"""
