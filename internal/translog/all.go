package translog

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Origin is who signs: huzhi/330500.
func (l *Log) Origin() string { return l.origin }

// Leaf is the tree's record of an entry with that hash.
func Leaf(hash string) tlog.Hash { return leaf(hash) }

// ProveAll signs the head now and proves entries by their numbers within it. errs.Conflict where the office has no key.
func (l *Log) ProveAll(ctx context.Context, seqs []int64) (head string, proofs map[int64]tlog.RecordProof, err error) {
	s, err := l.Sign(ctx)
	if err != nil {
		return "", nil, err
	}
	root, err := tlog.ParseHash(s.Root)
	if err != nil {
		return "", nil, fmt.Errorf("translog: head %d: %w", s.Size, err)
	}
	read := tlog.TileHashReader(tlog.Tree{N: s.Size, Hash: root}, &tiles{l.db.Read(ctx)})
	proofs = map[int64]tlog.RecordProof{}
	for _, seq := range seqs {
		if proofs[seq], err = tlog.ProveRecord(s.Size, seq-1, read); err != nil {
			return "", nil, fmt.Errorf("translog: entry %d in head %d: %w", seq, s.Size, err)
		}
		if proofs[seq] == nil {
			proofs[seq] = tlog.RecordProof{}
		}
	}
	return s.Note, proofs, nil
}
