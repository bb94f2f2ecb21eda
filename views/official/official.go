// Package official holds the forms of the official papers as data: blocks of Chinese text with {{fields}}, one file a paper.
package official

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// Templates is the folder of the forms, for document.New.
func Templates() fs.FS { return files }
