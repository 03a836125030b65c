package dev.octavo.engine.catalog;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the modules of a tree hang together. Circles are no harm here: the builds will complain about them. */
final class ModuleGraph {
    private final Map<String, Module> modules = new LinkedHashMap<>();
    private final Map<String, Set<String>> reactors = new LinkedHashMap<>();

    ModuleGraph(List<Module> modules) {
        modules.forEach(module -> this.modules.put(module.directory(), module));
        for (Module module : modules) {
            if (module.aggregates()) {
                reactors.put(module.directory(), reach(module.directory(), Module::members));
            }
        }
    }

    Collection<Module> modules() {
        return modules.values();
    }

    @Nullable
    Module module(String directory) {
        return modules.get(directory);
    }

    /** The module itself first, then all that it is built from. */
    Set<String> builtFrom(String directory) {
        return reach(directory, Module::uses);
    }

    /** The build files that the modules inherit from. */
    Set<String> parents(Collection<String> directories) {
        Set<String> parents = new LinkedHashSet<>();
        for (String directory : directories) {
            parents.addAll(reach(directory, module -> {
                String parent = module.parent();
                return parent == null ? List.of() : List.of(parent);
            }));
        }
        parents.removeAll(directories);
        return parents;
    }

    /** The aggregator's folder and all below it; empty where the folder holds no aggregator. */
    Set<String> reactor(String directory) {
        return reactors.getOrDefault(directory, Set.of());
    }

    /** The folder of the smallest reactor that has the module with all that it needs. */
    String buildDirectory(String directory) {
        Set<String> needed = new LinkedHashSet<>(builtFrom(directory));
        needed.addAll(parents(needed));
        return reactors.entrySet().stream()
                .filter(reactor -> reactor.getValue().contains(directory))
                .min(Comparator.comparingLong((Map.Entry<String, Set<String>> reactor) -> needed.stream()
                                .filter(one -> !reactor.getValue().contains(one))
                                .count())
                        .thenComparing(reactor -> reactor.getValue().size()))
                .map(Map.Entry::getKey)
                .orElse(directory);
    }

    private Set<String> reach(String start, Function<Module, Collection<String>> next) {
        Set<String> reached = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            String directory = open.remove();
            Module module = modules.get(directory);
            if (module != null && reached.add(directory)) {
                next.apply(module).stream().sorted().forEach(open::add);
            }
        }
        return reached;
    }
}
