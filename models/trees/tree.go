package trees

// node of a finished tree. Children are nodes, or leaves as ^index.
type node struct {
	split       split
	left, right int
}

// tree of one round, over the cells of bins.
type tree struct {
	nodes  []node
	values []int64 // by leaf, in units of log odds
	rows   []int64 // by leaf
}

// leafOf walks a row of cells to its leaf.
func (t *tree) leafOf(b *Bins, row int) int {
	if len(t.nodes) == 0 {
		return 0
	}
	at := 0
	for at >= 0 {
		n := &t.nodes[at]
		if n.goesLeft(&b.inputs[n.split.input], int(b.cells[n.split.input][row])) {
			at = n.left
		} else {
			at = n.right
		}
	}
	return ^at
}

func (n *node) goesLeft(in *input, cell int) bool {
	switch {
	case in.category:
		return n.split.set.has(cell)
	case cell == cellMissing:
		return n.split.missingLeft
	}
	return cell <= n.split.cell
}
