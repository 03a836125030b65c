package dev.octavo.engine.preflight;

import dev.octavo.engine.api.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a variable that nobody knows was likely meant to be. */
final class Names {
    private static final int OFFERED = 3;

    private Names() {}

    /** By spelling, then by the last word: {@code DOCKERHUB_NAMESPACE} for {@code HARBOR_NAMESPACE}. */
    static List<String> meant(String name, Collection<String> known) {
        Set<String> meant = new LinkedHashSet<>(NearestName.of(name, known));
        String last = name.substring(name.lastIndexOf('_') + 1);
        for (String each : known) {
            if (name.contains("_") && each.endsWith("_" + last)) {
                meant.add(each);
            }
        }
        return new ArrayList<>(meant).subList(0, Math.min(OFFERED, meant.size()));
    }

    /** "write A or B", or what else can be done. */
    static String fix(List<String> meant, String otherwise) {
        return meant.isEmpty() ? otherwise : "write " + String.join(" or ", meant) + ", or " + otherwise;
    }
}
