package demo

// sequence deals out numbers that look random and are the same every time
// (splitmix64).
type sequence uint64

// below returns a number from 0 to n-1.
func (s *sequence) below(n int) int {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}

// in reports true in one of n cases.
func (s *sequence) in(n int) bool { return s.below(n) == 0 }

func pick[T any](s *sequence, list []T) T { return list[s.below(len(list))] }

// weighted returns an index, each as often as its weight says.
func (s *sequence) weighted(weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := s.below(sum)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	return 0
}
