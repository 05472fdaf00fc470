package rediscmd

import "strings"

// Slots is the number of hash slots of a Redis Cluster.
const Slots = 16384

// HashTag returns the part of a key that Redis hashes: what stands between the first '{'
// and the next '}', if that is not empty, else the whole key.
func HashTag(key string) string {
	open := strings.IndexByte(key, '{')
	if open < 0 {
		return key
	}
	length := strings.IndexByte(key[open+1:], '}')
	if length <= 0 {
		return key
	}
	return key[open+1 : open+1+length]
}

// Slot returns the hash slot of a key, as CLUSTER KEYSLOT does: CRC16 (XMODEM) of the
// hash tag, modulo 16384.
func Slot(key string) int {
	var crc uint16
	tag := HashTag(key)
	for i := range len(tag) {
		crc ^= uint16(tag[i]) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return int(crc % Slots)
}
