package translog

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"huzhi/internal/store"
)

// tileHeight: a tile holds the hashes of 2^8 neighbours.
const tileHeight = 8

// foldStep is how many entries one transaction takes into the tree: others wait for no more than that.
const foldStep = 8192

// treeRow is how far the tree goes.
type treeRow struct {
	Size int64
	Root string
}

func (r treeRow) tree() (tlog.Tree, error) {
	if r.Size == 0 {
		return tlog.Tree{}, nil
	}
	h, err := tlog.ParseHash(r.Root)
	return tlog.Tree{N: r.Size, Hash: h}, err
}

func readTree(q *gorm.DB, lock bool) (tlog.Tree, error) {
	sql := "SELECT size, root FROM audit_tree WHERE id = 1"
	if lock {
		sql += " FOR UPDATE"
	}
	var r treeRow
	if err := q.Raw(sql).Scan(&r).Error; err != nil {
		return tlog.Tree{}, err
	}
	return r.tree()
}

// fold takes the entries that are not yet in the tree into it.
func (l *Log) fold(ctx context.Context) (t tlog.Tree, err error) {
	for more := true; more; {
		err = l.db.Tx(ctx, func(tx *store.Tx) error {
			t, more, err = fold(tx)
			return err
		})
		if err != nil {
			return t, fmt.Errorf("translog: %w", err)
		}
	}
	return t, nil
}

func fold(tx *store.Tx) (t tlog.Tree, more bool, err error) {
	if t, err = readTree(tx.DB, tx.Postgres()); err != nil {
		return t, false, err
	}
	var rows []struct {
		Seq  int64
		Hash string
	}
	if err := tx.Raw("SELECT seq, hash FROM audit_log WHERE seq > ? ORDER BY seq LIMIT ?", t.N, foldStep).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return t, false, err
	}
	over := &overlay{fresh: map[int64]tlog.Hash{}, old: tlog.TileHashReader(t, &tiles{tx.DB})}
	size := t.N
	for _, r := range rows {
		if r.Seq != size+1 {
			return t, false, fmt.Errorf("entry %d is missing", size+1)
		}
		hashes, err := tlog.StoredHashesForRecordHash(size, leaf(r.Hash), over)
		if err != nil {
			return t, false, err
		}
		for i, h := range hashes {
			over.fresh[tlog.StoredHashIndex(0, size)+int64(i)] = h
		}
		size++
	}
	root, err := tlog.TreeHash(size, over)
	if err != nil {
		return t, false, err
	}
	for _, tile := range tlog.NewTiles(tileHeight, t.N, size) {
		data, err := tlog.ReadTileData(tile, over)
		if err != nil {
			return t, false, err
		}
		err = tx.Exec("INSERT INTO audit_tiles (level, n, data) VALUES (?, ?, ?) ON CONFLICT (level, n) DO UPDATE SET data = excluded.data",
			tile.L, tile.N, base64.RawStdEncoding.EncodeToString(data)).Error
		if err != nil {
			return t, false, err
		}
	}
	t = tlog.Tree{N: size, Hash: root}
	return t, len(rows) == foldStep, tx.Exec("UPDATE audit_tree SET size = ?, root = ? WHERE id = 1", t.N, t.Hash.String()).Error
}

// overlay reads hashes that were made just now, and the older ones from the tiles.
type overlay struct {
	fresh map[int64]tlog.Hash
	old   tlog.HashReader
}

// ReadHashes reads them in the order asked.
func (o *overlay) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	var ask []int64
	var where []int
	for i, x := range at {
		if h, ok := o.fresh[x]; ok {
			out[i] = h
			continue
		}
		ask, where = append(ask, x), append(where, i)
	}
	if len(ask) == 0 {
		return out, nil
	}
	old, err := o.old.ReadHashes(ask)
	if err != nil {
		return nil, err
	}
	for i, h := range old {
		out[where[i]] = h
	}
	return out, nil
}

// tiles reads the tiles. A tile that has grown since begins with what it was.
type tiles struct{ q *gorm.DB }

// Height is that of every tile.
func (*tiles) Height() int { return tileHeight }

// ReadTiles reads the tiles asked for.
func (t *tiles) ReadTiles(ask []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(ask))
	for i, tile := range ask {
		var text string
		if err := t.q.Raw("SELECT data FROM audit_tiles WHERE level = ? AND n = ?", tile.L, tile.N).Scan(&text).Error; err != nil {
			return nil, err
		}
		data, err := base64.RawStdEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		want := tile.W * tlog.HashSize
		if len(data) < want {
			return nil, errors.New("the tree's tiles do not go as far as the tree")
		}
		out[i] = data[:want]
	}
	return out, nil
}

// SaveTiles has nothing to do: tiles are written by fold.
func (*tiles) SaveTiles([]tlog.Tile, [][]byte) {}
