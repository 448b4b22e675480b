package io.leveret.persistence.index;

import java.util.function.IntToLongFunction;

/** Sorts row numbers by a column, rows of the same value staying in their order; rows that are in order cost one look each. */
final class RowOrder {

    private final IntToLongFunction column;
    private final int[] spare;

    private RowOrder(IntToLongFunction column, int rows) {
        this.column = column;
        this.spare = new int[rows];
    }

    /** The column's values are taken as unsigned. */
    static void sort(int[] rows, IntToLongFunction column) {
        new RowOrder(column, rows.length).sort(rows, 0, rows.length);
    }

    private void sort(int[] rows, int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        sort(rows, from, middle);
        sort(rows, middle, to);
        if (isAbove(rows[middle - 1], rows[middle])) {
            merge(rows, from, middle, to);
        }
    }

    private void merge(int[] rows, int from, int middle, int to) {
        System.arraycopy(rows, from, spare, from, middle - from);
        int left = from;
        int right = middle;
        for (int out = from; left < middle; out++) {
            boolean takeRight = right < to && isAbove(spare[left], rows[right]);
            rows[out] = takeRight ? rows[right++] : spare[left++];
        }
    }

    private boolean isAbove(int row, int other) {
        return Long.compareUnsigned(column.applyAsLong(row), column.applyAsLong(other)) > 0;
    }
}
