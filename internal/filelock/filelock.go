// Package filelock lets one process at a time have a file.
//
// It promises that a lock ends with the process that has it, however that ends, and that a file which is locked can still
// be read. It keeps out only who asks for the lock too: never anybody who just writes.
package filelock

import "os"

// Lock waits until nobody else has the file, and has it until the file is closed. It fails on a disk that keeps no locks.
func Lock(file *os.File) error {
	_, err := lock(file, true)
	return err
}

// TryLock does the same without waiting. False says that somebody else has the file.
func TryLock(file *os.File) (bool, error) { return lock(file, false) }
