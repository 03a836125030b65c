package dev.octavo.engine.preflight.script;

import java.util.List;

/** Where each character of a text is written. */
public final class Offsets {
    private final int[] all;

    private Offsets(int[] all) {
        this.all = all;
    }

    public static Offsets of(List<Integer> offsets) {
        return new Offsets(offsets.stream().mapToInt(Integer::intValue).toArray());
    }

    /** One after the other. */
    public static Offsets from(int start, int length) {
        int[] all = new int[length];
        for (int i = 0; i < length; i++) {
            all[i] = start + i;
        }
        return new Offsets(all);
    }

    /** The offset of a character; of what would come next after the last. */
    public int at(int index) {
        if (index < all.length) {
            return all[index];
        }
        return all.length == 0 ? 0 : all[all.length - 1] + 1;
    }

    public int size() {
        return all.length;
    }
}
