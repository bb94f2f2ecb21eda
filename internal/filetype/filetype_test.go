package filetype_test

import (
	"strings"
	"testing"

	"huzhi/internal/filetype"
)

// The hostile corpus, as far as it is a matter of what a file is: what a browser would run is never of a type that is shown.
func TestOf(t *testing.T) {
	for _, x := range []struct{ name, head, want string }{
		{"nothing", "", filetype.Unknown},
		{"text", "投诉材料", filetype.Unknown},
		{"JPEG", "\xff\xd8\xff\xe1\x00\x10Exif", "image/jpeg"},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00", "image/png"},
		{"GIF that is a script too", "GIF89a/*\x00\x00*/=1;alert(1)", "image/gif"},
		{"WebP", "RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"},
		{"PDF", "%PDF-1.7\n", "application/pdf"},
		{"PDF behind something", "<html>%PDF-1.7", filetype.Unknown},
		{"HTML", "<!DOCTYPE html><script>alert(1)</script>", filetype.Unknown},
		{"HTML behind blanks", "  \n<html>", filetype.Unknown},
		{"SVG", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">`, filetype.Unknown},
		{"SVG with its head", `<?xml version="1.0"?><svg>`, filetype.Unknown},
		{"ZIP", "PK\x03\x04", filetype.Unknown},
		{"Windows program", "MZ\x90\x00", filetype.Unknown},
		{"WAV", "RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"},
		{"MP3 with tags", "ID3\x04\x00", "audio/mpeg"},
		{"MP3", "\xff\xfb\x90\x64", "audio/mpeg"},
		{"UTF-16 text is no MP3", "\xff\xfe<\x00h\x00t\x00", filetype.Unknown},
		{"MP4", "\x00\x00\x00\x20ftypisom", "video/mp4"},
		{"an unknown brand", "\x00\x00\x00\x20ftypevil", filetype.Unknown},
		{"M4A", "\x00\x00\x00\x20ftypM4A ", "audio/mp4"},
		{"WebM", "\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"},
		{"Ogg", "OggS\x00\x02", "audio/ogg"},
		{"half a mark", "\x89PN", filetype.Unknown},
	} {
		if got := filetype.Of([]byte(x.head)); got != x.want {
			t.Errorf("%s: %s, must be %s", x.name, got, x.want)
		}
		if got := filetype.Read(strings.NewReader(x.head + strings.Repeat("x", 100))); got != x.want {
			t.Errorf("%s, read: %s, must be %s", x.name, got, x.want)
		}
	}
	for media, want := range map[string]string{"image/svg+xml": "", "text/html": "", "application/pdf": filetype.PDF, "video/mp4": filetype.Video, filetype.Unknown: ""} {
		if got := filetype.Family(media); got != want {
			t.Errorf("%s: %q", media, got)
		}
	}
}
