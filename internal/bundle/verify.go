package bundle

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"huzhi/internal/errs"
	"huzhi/internal/translog"
)

// Report is what was found of a bundle that holds.
type Report struct {
	Manifest Manifest
	Head     translog.Head
	Entries  int      // of the log, each proved
	Keys     []string // that the head is signed with, as the bundle has them
	Known    bool     // the key was given from outside
}

// most is the largest of the bundle's own files that is read, in bytes.
const most = 256 << 20

// Verify checks a bundle: every file against the manifest, the manifest against the log's entry of the export, each entry of the log within the signed head,
// and the signature. public are the office's keys from outside; without them the bundle's own are asked, which shows only that it is whole in itself.
// errs.Invalid names what does not hold.
func Verify(r io.ReaderAt, size int64, public ...string) (rep Report, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return rep, bad("bundle.bad.zip", err.Error())
	}
	files := map[string]*zip.File{}
	for _, f := range z.File {
		if files[f.Name] != nil || strings.HasPrefix(f.Name, "/") || strings.Contains(f.Name, "..") && strings.Contains(f.Name, "../") {
			return rep, bad("bundle.bad.twice", f.Name)
		}
		files[f.Name] = f
	}
	raw, err := read(files, manifestName)
	if err != nil {
		return rep, err
	}
	if err := json.Unmarshal(raw, &rep.Manifest); err != nil || rep.Manifest.Format != Format {
		return rep, bad("bundle.bad.manifest")
	}
	if err := compare(files, &rep.Manifest); err != nil {
		return rep, err
	}
	sealed, err := read(files, sealName)
	if err != nil {
		return rep, err
	}
	var s Seal
	if err := json.Unmarshal(sealed, &s); err != nil {
		return rep, bad("bundle.bad.seal")
	}
	rep.Keys, rep.Known = s.Keys, len(public) > 0
	if !rep.Known {
		public = s.Keys
	}
	if rep.Head, err = translog.ReadHead(s.Head, public...); err != nil {
		return rep, err
	}
	if rep.Head.Origin != rep.Manifest.Office {
		return rep, bad("bundle.bad.office", rep.Head.Origin, rep.Manifest.Office)
	}
	sum := sha256.Sum256(raw)
	var told struct{ Manifest, Number string }
	if err := json.Unmarshal([]byte(s.Export.Detail), &told); err != nil || s.Export.Action != "case.export" || told.Manifest != hex.EncodeToString(sum[:]) || told.Number != rep.Manifest.Case {
		return rep, bad("bundle.bad.export")
	}
	logged, err := read(files, logName)
	if err != nil {
		return rep, err
	}
	var entries []Told
	if err := json.Unmarshal(logged, &entries); err != nil {
		return rep, bad("bundle.bad.log", logName)
	}
	for _, e := range append(entries, Told{Entry: s.Export}) {
		if e.Withheld && e.Detail != "" || !e.Withheld && e.Digest() != e.Hash {
			return rep, errs.New(errs.Invalid, "translog.proof.changed", e.Seq)
		}
		if err := tlog.CheckRecord(s.Proofs[e.Seq], rep.Head.Size, rep.Head.Root, e.Seq-1, translog.Leaf(e.Hash)); err != nil {
			return rep, errs.New(errs.Invalid, "translog.proof.outside", e.Seq, rep.Head.Size).Because(err)
		}
	}
	rep.Entries = len(entries) + 1
	return rep, nil
}

// compare holds the files against the manifest, both ways.
func compare(files map[string]*zip.File, m *Manifest) error {
	listed := map[string]bool{manifestName: true, sealName: true}
	for _, e := range m.Files {
		if listed[e.Path] {
			return bad("bundle.bad.twice", e.Path)
		}
		listed[e.Path] = true
		f := files[e.Path]
		if f == nil {
			return bad("bundle.bad.missing", e.Path)
		}
		r, err := f.Open()
		if err != nil {
			return bad("bundle.bad.file", e.Path)
		}
		h := sha256.New()
		n, err := io.Copy(h, io.LimitReader(r, e.Size+1))
		_ = r.Close()
		if err != nil || n != e.Size || hex.EncodeToString(h.Sum(nil)) != e.SHA256 {
			return bad("bundle.bad.file", e.Path)
		}
	}
	for name := range files {
		if !listed[name] {
			return bad("bundle.bad.strange", name)
		}
	}
	return nil
}

func read(files map[string]*zip.File, name string) ([]byte, error) {
	f := files[name]
	if f == nil {
		return nil, bad("bundle.bad.missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, bad("bundle.bad.file", name)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || len(b) > most {
		return nil, bad("bundle.bad.file", name)
	}
	return b, nil
}

func bad(key string, args ...any) error {
	return errs.New(errs.Invalid, key, args...).Because(fmt.Errorf("%s %v", key, args))
}
