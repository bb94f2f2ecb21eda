package translog

import "golang.org/x/mod/sumdb/tlog"

// Tree is the root over the hashes added so far, at every size on the way: it keeps the complete subtrees only, a hash for each bit of the
// size that is one (RFC 6962, 2.1).
type Tree struct {
	size int64
	full []tlog.Hash // the largest first
}

// leaf is the tree's record of an entry: the text of its hash, which tells the whole entry.
func leaf(hash string) tlog.Hash { return tlog.RecordHash([]byte(hash)) }

// Add adds the next entry by its hash.
func (t *Tree) Add(hash string) {
	h := leaf(hash)
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.full) - 1
		h = tlog.NodeHash(t.full[last], h)
		t.full = t.full[:last]
	}
	t.full = append(t.full, h)
	t.size++
}

// Size is the number of entries added.
func (t *Tree) Size() int64 { return t.size }

// Root is the root over them; over none it is the hash of nothing.
func (t *Tree) Root() tlog.Hash {
	if t.size == 0 {
		h, _ := tlog.TreeHash(0, nil) // it reads no hash, so it cannot fail
		return h
	}
	last := len(t.full) - 1
	h := t.full[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(t.full[i], h)
	}
	return h
}
