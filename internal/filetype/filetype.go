// Package filetype says what a file is by its first bytes, and what of it a browser may show within the site: pictures, PDF, sound and film; never HTML or SVG, which are programs.
//
// Only what is named here is shown. A file that is two things at once (a
// picture and an archive) is sent as the one thing it begins as, with nosniff
// and a policy under which nothing runs. A PDF must begin with its mark: what
// other programs find further on in the file is no PDF here.
package filetype

import (
	"bytes"
	"io"
	"strings"
)

// Unknown is what is saved, not shown.
const Unknown = "application/octet-stream"

// The families of what is shown.
const (
	Image = "image"
	PDF   = "pdf"
	Audio = "audio"
	Video = "video"
)

// Head is how many bytes Of wants.
const Head = 64

// Of is the media type of a file that begins so; Unknown for what is not shown.
func Of(head []byte) string {
	at := func(i int, s string) bool { return len(head) >= i+len(s) && string(head[i:i+len(s)]) == s }
	switch {
	case at(0, "\xff\xd8\xff"):
		return "image/jpeg"
	case at(0, "\x89PNG\r\n\x1a\n"):
		return "image/png"
	case at(0, "GIF87a"), at(0, "GIF89a"):
		return "image/gif"
	case at(0, "RIFF") && at(8, "WEBP"):
		return "image/webp"
	case at(0, "%PDF-"):
		return "application/pdf"
	case at(0, "RIFF") && at(8, "WAVE"):
		return "audio/wav"
	case at(0, "ID3"), len(head) > 2 && head[0] == 0xff && head[1]&0xe0 == 0xe0 && head[1]&0x06 == 0x02 && head[2]&0xf0 != 0xf0 && head[2]&0x0c != 0x0c:
		return "audio/mpeg"
	case at(0, "fLaC"):
		return "audio/flac"
	case at(0, "OggS"):
		if bytes.Contains(head, []byte("\x80theora")) {
			return "video/ogg"
		}
		return "audio/ogg"
	case at(0, "\x1a\x45\xdf\xa3") && bytes.Contains(head, []byte("webm")):
		return "video/webm"
	case at(4, "ftyp"):
		if at(8, "M4A ") {
			return "audio/mp4"
		}
		for _, brand := range []string{"isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash", "MSNV"} {
			if at(8, brand) {
				return "video/mp4"
			}
		}
	}
	return Unknown
}

// Read is Of for what is yet to be read.
func Read(r io.Reader) string {
	head := make([]byte, Head)
	n, _ := io.ReadFull(r, head)
	return Of(head[:n])
}

// Family is which of the families a media type that Of gave belongs to; "" is none.
func Family(mediaType string) string {
	if mediaType == "application/pdf" {
		return PDF
	}
	family, _, _ := strings.Cut(mediaType, "/")
	switch family {
	case Image, Audio, Video:
		if mediaType == "image/svg+xml" {
			return ""
		}
		return family
	}
	return ""
}
