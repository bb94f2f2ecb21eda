package inspection

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"

	"gopkg.in/yaml.v3"

	"huzhi/internal/patent"
)

// Item is a question of a checklist, with the article it comes from.
type Item struct {
	ID   string      `yaml:"id" json:"id"`
	Text patent.Text `yaml:"text" json:"text"`
	Cite patent.Text `yaml:"cite" json:"cite"`
}

// Checklists are the questions by kind of place.
type Checklists map[string][]Item

// Has says whether a kind's list has an item.
func (c Checklists) Has(kind, item string) bool {
	return slices.ContainsFunc(c[kind], func(x Item) bool { return x.ID == item })
}

// LoadChecklists reads <kind>.yaml of every kind, strictly: a missing list, an unknown key, an item twice or without a sentence or an article in both
// languages is an error that names the file.
func LoadChecklists(files fs.FS) (Checklists, error) {
	out := Checklists{}
	for _, kind := range Kinds() {
		name := kind + ".yaml"
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("checklist: %w", err)
		}
		var list struct {
			Items []Item `yaml:"items"`
		}
		dec := yaml.NewDecoder(bytes.NewReader(raw))
		dec.KnownFields(true)
		if err := dec.Decode(&list); err != nil {
			return nil, fmt.Errorf("checklist %s: %w", name, err)
		}
		seen := map[string]bool{}
		for _, x := range list.Items {
			if x.ID == "" || seen[x.ID] || x.Text.ZH == "" || x.Text.EN == "" || x.Cite.ZH == "" || x.Cite.EN == "" {
				return nil, fmt.Errorf("checklist %s: %q stands twice, or lacks a sentence or an article", name, x.ID)
			}
			seen[x.ID] = true
		}
		if len(list.Items) == 0 {
			return nil, fmt.Errorf("checklist %s is empty", name)
		}
		out[kind] = list.Items
	}
	return out, nil
}
