package config

import "path/filepath"

// share is the folder of what several processes of one office have together: the data folder where there is one process.
func (c *Config) share() string {
	if c.Shared != "" {
		return c.Shared
	}
	return c.Data
}

// KeyFile is the file of the keys that seal those who call and report.
func (c *Config) KeyFile() string {
	if c.Identity.KeyFile != "" {
		return c.Identity.KeyFile
	}
	return filepath.Join(c.share(), "keys", "identity.json")
}

// LogKeyFile is the file of the key that signs the log's heads.
func (c *Config) LogKeyFile() string {
	if c.Heads.KeyFile != "" {
		return c.Heads.KeyFile
	}
	return filepath.Join(c.share(), "keys", "log.key")
}

// HeadsFolder is where the log's signed heads go as files.
func (c *Config) HeadsFolder() string {
	if c.Heads.Folder != "" {
		return c.Heads.Folder
	}
	return filepath.Join(c.share(), "heads")
}

// Uploads is the folder of files on their way in.
func (c *Config) Uploads() string { return filepath.Join(c.share(), "uploads") }

// Blobs is the folder of the files.
func (c *Config) Blobs() string { return filepath.Join(c.share(), "blobs") }
