package rediscmd

import (
	"math"
	"strings"
)

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
		crc = crc<<8 ^ crcOfByte[byte(crc>>8)^tag[i]]
	}
	return int(crc % Slots)
}

// crcOfByte is what each byte does to the sum: eight steps of the polynomial at once.
var crcOfByte = func() (table [256]uint16) {
	for i := range table {
		crc := uint16(i) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
		table[i] = crc
	}
	return table
}()

// LastSlots is the last slot of each of n primaries, as redis-cli --cluster create shares the slots out.
func LastSlots(n int) []int {
	per := float64(Slots) / float64(n)
	last := make([]int, n)
	for i := range last {
		last[i] = int(math.Round(float64(i)*per + per - 1))
	}
	last[n-1] = Slots - 1
	return last
}
