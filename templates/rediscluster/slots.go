package rediscluster

import (
	"strings"
)

func wordsOf(name string, keys []string) []interface{} {
	out := make([]interface{}, 0, len(keys)+1)
	out = append(out, name)
	for _, k := range keys {
		out = append(out, k)
	}
	return out
}

func pick(keys []string, at []int) []string {
	out := make([]string, len(at))
	for i, k := range at {
		out[i] = keys[k]
	}
	return out
}

// bySlot groups the indexes of the keys by hash slot, in order of the first key of each.
func bySlot(keys []string) [][]int {
	var index [16384]int16 // one more than the group of each slot
	group, size := make([]int, len(keys)), make([]int, 0, len(keys))
	for i, k := range keys {
		g := &index[slot(k)]
		if *g == 0 {
			size = append(size, 0)
			*g = int16(len(size))
		}
		group[i] = int(*g) - 1
		size[group[i]]++
	}
	all, out := make([]int, len(keys)), make([][]int, len(size))
	for g, n := range size { // one piece of memory for all groups
		out[g], all = all[:0:n], all[n:]
	}
	for i, g := range group {
		out[g] = append(out[g], i)
	}
	return out
}

// slot is the hash slot of a key: CRC16/XMODEM of its hash tag, or of the whole key, modulo 16384 (Redis Cluster
// specification).
func slot(key string) uint16 {
	if i := strings.IndexByte(key, '{'); i >= 0 {
		if j := strings.IndexByte(key[i+1:], '}'); j > 0 {
			key = key[i+1 : i+1+j]
		}
	}
	var crc uint16
	for i := 0; i < len(key); i++ {
		crc = crc<<8 ^ crcs[byte(crc>>8)^key[i]]
	}
	return crc & 16383
}

// crcs is the CRC16/XMODEM of each byte.
var crcs = func() (t [256]uint16) {
	for i := range t {
		crc := uint16(i) << 8
		for bit := 0; bit < 8; bit++ {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
		t[i] = crc
	}
	return t
}()
