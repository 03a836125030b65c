package dev.octavo.engine.catalog;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The libraries of others that a service is built with, as far as this tree tells: those that its module asks for, and
 * those that come with the modules it uses.
 *
 * @param names {@code group:artifact}
 */
record Libraries(Set<String> names) {
    /** @param modules those that a service is built from, its own first */
    static Libraries of(List<Module> modules) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < modules.size(); i++) {
            names.addAll(i == 0 ? modules.get(i).dependencies() : modules.get(i).passedOn());
        }
        if (!modules.isEmpty()) {
            Module own = modules.get(0);
            names.removeIf(name -> own.exclusions().contains(name.substring(name.indexOf(':') + 1))
                    && !own.dependencies().contains(name));
        }
        return new Libraries(names);
    }

    /** Whether there is one of this artifact id; one that ends with an asterisk is a beginning. */
    boolean has(String artifact) {
        if (artifact.endsWith("*")) {
            String start = ":" + artifact.substring(0, artifact.length() - 1);
            return names.stream().anyMatch(name -> name.contains(start));
        }
        String end = ":" + artifact;
        return names.stream().anyMatch(name -> name.endsWith(end));
    }

    boolean any(Pattern pattern) {
        return names.stream().anyMatch(name -> pattern.matcher(name).find());
    }
}
