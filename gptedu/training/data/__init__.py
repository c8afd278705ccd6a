"""From documents to batches.

`web` gives the miniature web as tokens, `batches` cuts them into windows in an order that the step
decides, `mixture` takes them from several sources by their shares (Brown et al. 2020, Table 2.2),
and `order` is what a run reads when: its lead in stages, then the web with some of it beside.
"""
