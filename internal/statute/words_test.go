package statute

import (
	"os"
	"testing"

	"gopkg.in/yaml.v3"
)

// Every word of the rule book has a name in both languages: law.<field>.<word>.
func TestWordsAreNamed(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		text, err := os.ReadFile("../../config/locale/" + lang + "/law.yaml")
		if err != nil {
			t.Fatal(err)
		}
		say := map[string]string{}
		if err := yaml.Unmarshal(text, &say); err != nil {
			t.Fatal(err)
		}
		for field, words := range Vocabulary() {
			for _, w := range words {
				if say["law."+field+"."+w] == "" {
					t.Errorf("%s: law.%s.%s has no name", lang, field, w)
				}
			}
		}
	}
}
