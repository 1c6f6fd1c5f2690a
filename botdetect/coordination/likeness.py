"""How alike what two accounts share is, whenever they share it: the cosine of their TF-IDF vectors."""

import numpy as np
import scipy
from numpy.typing import NDArray

from botdetect.coordination.edges import Edges
from botdetect.coordination.events import Events

_EDGES_AT_ONCE = 200_000


def cosines(events: Events, edges: Edges) -> NDArray[np.float64]:
    """The cosine of each edge, from 0 to 1; idf is ln(accounts / accounts of the object + 1), as in coordinationz."""
    present = np.unique(np.concatenate([edges.a, edges.b]))
    holders = scipy.sparse.coo_array(
        (np.ones(len(events), np.float32), (events.account, events.object)),
        shape=(len(events.accounts), len(events.objects)),
    ).tocsr()
    holders.sum_duplicates()
    spread = np.bincount(holders.indices, minlength=holders.shape[1])
    idf = np.log(len(np.unique(events.account)) / np.maximum(spread, 1) + 1).astype(np.float32)
    vectors = holders[present]
    vectors.data *= idf[vectors.indices]
    length = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    vectors.data /= np.repeat(np.maximum(length, 1e-12), np.diff(vectors.indptr)).astype(np.float32)
    one, other = np.searchsorted(present, edges.a), np.searchsorted(present, edges.b)
    found = np.empty(len(edges))
    for begin in range(0, len(edges), _EDGES_AT_ONCE):
        some = slice(begin, begin + _EDGES_AT_ONCE)
        found[some] = np.asarray(vectors[one[some]].multiply(vectors[other[some]]).sum(axis=1)).ravel()
    return found
