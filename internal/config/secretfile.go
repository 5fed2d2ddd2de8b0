package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// secretFileLimit is far more than any token has.
const secretFileLimit = 64 << 10

// readSecret reads the secret that a file holds. It quotes neither what is in the file
// nor its name, which may be a token at the wrong flag.
func readSecret(name string) (secretFile, error) {
	text, err := readSmall(name)
	if err != nil {
		var named *fs.PathError
		if errors.As(err, &named) {
			err = named.Err
		}
		return secretFile{}, fmt.Errorf("the file cannot be read: %w", err)
	}
	found, err := parseSecret(string(text))
	if err == nil && found == "" {
		err = errors.New("the file is empty")
	}
	return secretFile{found}, err
}

// readSmall reads a regular file: reading any other could keep the program from starting.
func readSmall(name string) ([]byte, error) {
	if info, err := os.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is a folder, a pipe or a device")
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, secretFileLimit+1))
	if err == nil && len(text) > secretFileLimit {
		err = errors.New("it is larger than any token")
	}
	return text, err
}
