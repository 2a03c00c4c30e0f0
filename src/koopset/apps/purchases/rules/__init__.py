"""Rules of a joint purchase: packs, the queue of wants, allocation, prices. Whole numbers of member units and kopecks only."""

#: Stored with every allocation. A change of what the rules answer is the next number, and the old code stays for `replay`.
VERSION = 1
