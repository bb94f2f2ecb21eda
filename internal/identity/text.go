package identity

import (
	"fmt"
	"strings"
)

// SealText seals a text that may name a person: what was said at the desk, a draft, a number that rang. of is what it belongs to, without
// which it does not open. The text carries the name of its key, up to the first point; it stays readable after the keys are changed, for old keys
// stay in the file. What lives for years is sealed anew by who keeps it (OnRotate).
func (v *Vault) SealText(of, text string) (string, error) {
	if err := v.ring.Read(); err != nil {
		return "", err
	}
	key := v.ring.All()[0]
	sealed, err := v.ring.Seal(key, "text/"+of, []byte(text))
	return key + "." + sealed, err
}

// OpenText opens what SealText sealed.
func (v *Vault) OpenText(of, sealed string) (string, error) {
	key, body, ok := strings.Cut(sealed, ".")
	if !ok {
		return "", fmt.Errorf("what belongs to %s is not sealed", of)
	}
	raw, err := v.ring.Open(key, "text/"+of, body)
	return string(raw), err
}
