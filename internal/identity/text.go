package identity

import (
	"fmt"
	"strings"
)

// SealText seals a text that may name a person and lives for days, not years: a draft, a number that rang. of is what it belongs to, without
// which it does not open. It stays readable after the keys are changed, for old keys stay in the file.
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
