package dev.octavo.engine.cluster;

import dev.octavo.engine.api.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Objects that an option names as {@code Kind/name}. */
final class NamedObjects {
    private NamedObjects() {}

    /**
     * Sentences about those that nothing has: a misspelt one would go unnoticed.
     *
     * @param role what the option makes of them
     * @param place where they should be
     */
    static List<String> unknown(Collection<String> named, Collection<String> known, String role, String place) {
        return named.stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .map(name -> "\"" + name + "\" is " + role + ", as asked, but is not in " + place + hint(name, known))
                .toList();
    }

    private static String hint(String name, Collection<String> known) {
        if (name.indexOf('/') < 0) {
            return "; objects are named Kind/name";
        }
        List<String> likely = NearestName.of(name, known);
        return likely.isEmpty()
                ? ""
                : likely.stream().collect(Collectors.joining("\" or \"", "; did you mean \"", "\"?"));
    }
}
