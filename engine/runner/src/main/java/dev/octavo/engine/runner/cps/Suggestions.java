package dev.octavo.engine.runner.cps;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What somebody may have meant. */
public final class Suggestions {
    private Suggestions() {}

    /** All known names, the likeliest first and the others by the alphabet. */
    public static List<String> ranked(String name, Collection<String> known) {
        List<String> sorted = new ArrayList<>(known);
        sorted.sort(Comparator.naturalOrder());
        String nearest = nearest(name, sorted);
        if (!nearest.isEmpty()) {
            sorted.remove(nearest);
            sorted.add(0, nearest);
        }
        return sorted;
    }

    /** The nearest name, {@code ""} where none is near. */
    public static String nearest(String name, Collection<String> known) {
        String best = "";
        int least = Math.max(2, name.length() / 2);
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** {@code did you mean "x"?} where something is near, then all that is known. */
    public static String sentence(String name, Collection<String> known) {
        if (known.isEmpty()) {
            return "none is known";
        }
        String nearest = nearest(name, known);
        String all = "known: " + String.join(", ", ranked(name, known));
        return nearest.isEmpty() ? all : "did you mean \"" + nearest + "\"? " + all;
    }

    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
