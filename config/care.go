package config

import "time"

// Backup is where copies of the office go by themselves, how often, and which are kept.
type Backup struct {
	Folder string        `yaml:"folder"` // "" makes none
	Every  time.Duration `yaml:"every"`
	Late   time.Duration `yaml:"late"` // without a good copy for so long the administrators are told
	Last   int           `yaml:"last"`
	Hours  int           `yaml:"hours"`
	Days   int           `yaml:"days"`
	Months int           `yaml:"months"`
}

// Metrics is who may read the figures of the running program.
type Metrics struct {
	TokenFile string `yaml:"token_file"` // "" answers this machine alone
	Token     Secret // what stands in that file
}

func (c *Config) checkCare(bad func(key, why string, args ...any) error) error {
	if b := c.Backup; b.Every < time.Minute || b.Every > 31*24*time.Hour || b.Late < b.Every || b.Last < 1 || b.Hours < 0 || b.Days < 0 || b.Months < 0 || b.Last+b.Hours+b.Days+b.Months > 2000 {
		return bad("backup", "config.bad.backup")
	}
	if m := c.Metrics; m.TokenFile != "" && len(m.Token) < 20 {
		return bad("metrics.token_file", "config.bad.token")
	}
	return nil
}
