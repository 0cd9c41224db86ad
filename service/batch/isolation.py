"""Score a part in a process of its own, and leave out the images that such a process does not survive.

Decoders are native code, and a file made for it can end a process. It must not end a job of millions of images.
"""

from collections import Counter
from concurrent.futures.process import BrokenProcessPool

from service.batch import processes
from service.batch.job import Job, Outcome

_ENOUGH = 2
"""Times that a process must end at an image until the image is left out; once may be for want of memory."""
_MOST = 40
"""Processes that are given to one part."""


def score(job: Job, number: int) -> Outcome:
    """Return the outcome of a part in which an image that ends its process becomes a row with the code `fatal`."""
    ended: Counter[int] = Counter()
    for _ in range(_MOST):
        place = processes.new_place()
        without = frozenset(index for index, times in ended.items() if times >= _ENOUGH)
        with processes.pool(job, 1, place) as pool:
            try:
                return pool.submit(processes.work, number, without).result()
            except BrokenProcessPool:
                ended[place.value] += 1
        if ended[-1] >= _ENOUGH:
            break
    return Outcome(number, None, "its images end every process that scores them; see that there is memory enough")
