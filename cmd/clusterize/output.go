package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// write gives stdout, or the file of -o.
func (f *flags) write(print func(io.Writer) error) error {
	if f.output == "" {
		return print(f.stdout)
	}
	var text bytes.Buffer
	if err := print(&text); err != nil {
		return err
	}
	if err := writeFile(f.output, text.Bytes()); err != nil {
		return errRefused{err.Error()}
	}
	return nil
}

// writeFile writes a file that is there whole or not at all, whenever the process is ended. What is no file, such as
// /dev/stdout, is written to; a link is followed.
func writeFile(name string, text []byte) error {
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return os.WriteFile(name, text, 0o644)
		}
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return err
		}
	}
	return renameio.WriteFile(name, text, 0o644, renameio.WithExistingPermissions())
}
