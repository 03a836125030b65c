package dev.octavo.engine.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds what a mistyped name was likely meant to be. */
public final class NearestName {
    private static final int OFFERED = 3;

    private NearestName() {}

    /**
     * The known names that {@code given} is likely meant to be, the nearest first, at most three.
     *
     * <p>Upper and lower case count as the same; an exchange of two neighbouring letters counts as one slip.
     */
    public static List<String> of(String given, Collection<String> known) {
        String wanted = given.toLowerCase(Locale.ROOT);
        return known.stream()
                .distinct()
                .map(name -> new Candidate(name, score(wanted, name.toLowerCase(Locale.ROOT))))
                .filter(candidate -> candidate.score() >= 0)
                .sorted(Comparator.comparingInt(Candidate::score).thenComparing(Candidate::name))
                .limit(OFFERED)
                .map(Candidate::name)
                .toList();
    }

    /**
     * A sentence for a failure's {@code fix} line: the likely names, or all that there are where none is likely.
     *
     * @param kind what the names are, in the plural: {@code services}
     */
    public static String hint(String given, Collection<String> known, String kind) {
        List<String> likely = of(given, known);
        if (!likely.isEmpty()) {
            return "did you mean "
                    + likely.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(" or ")) + "?";
        }
        if (known.isEmpty()) {
            return "there are no " + kind;
        }
        return "known " + kind + ": " + known.stream().distinct().sorted().collect(Collectors.joining(", "));
    }

    private record Candidate(String name, int score) {}

    /** The number of slips, or -1 where the names have too little in common. */
    private static int score(String given, String name) {
        int distance = distance(given, name);
        if (distance <= Math.max(2, Math.max(given.length(), name.length()) / 3) && distance < given.length()) {
            return distance;
        }
        // "catalog" for "catalog-service"
        boolean part = name.contains(given) || given.contains(name);
        return part && Math.min(given.length(), name.length()) >= 3 ? distance : -1;
    }

    /** Optimal string alignment: insertions, deletions, replacements and exchanges of neighbours. */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int slip = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + slip);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
