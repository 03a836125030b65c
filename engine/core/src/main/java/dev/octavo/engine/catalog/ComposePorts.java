package dev.octavo.engine.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ports that Compose files name for the programs of this tree: a laptop's description knows what a configuration server
 * elsewhere says. Where two files disagree, neither counts.
 */
final class ComposePorts {
    private static final Pattern FILE = Pattern.compile("(?i)(?:docker-)?compose(?:[._-][\\w.-]+)?\\.ya?ml");
    private static final Pattern KEY = Pattern.compile(
            "(?:services\\.)?([\\w.-]+?)\\.(image|build|build\\.context|container_name|ports|expose|ports\\[0]\\.target)");
    private static final int NONE = -1;
    /** Where debuggers attach. */
    private static final String DEBUG = "5005";

    /** By folder, and by name. */
    private final Map<String, Integer> ports = new HashMap<>();

    static ComposePorts read(SourceTree tree) {
        ComposePorts all = new ComposePorts();
        for (String file : tree.all()) {
            if (FILE.matcher(SourceTree.name(file)).matches() && !("/" + file).contains("/src/")) {
                all.add(tree, file);
            }
        }
        return all;
    }

    private void add(SourceTree tree, String file) {
        Map<String, Map<String, String>> services = new HashMap<>();
        for (SettingsFile.Part part : SettingsFile.read(tree, file).parts()) {
            for (Setting setting : part.settings()) {
                Matcher key = KEY.matcher(setting.name());
                if (key.matches()) {
                    services.computeIfAbsent(key.group(1), name -> new HashMap<>())
                            .put(key.group(2), setting.value());
                }
            }
        }
        services.forEach((name, values) -> {
            int port = port(values);
            if (port == 0) {
                return;
            }
            String context = values.getOrDefault("build.context", values.getOrDefault("build", ""));
            String folder = context.isEmpty() ? null : SourceTree.resolve(SourceTree.parent(file), context);
            if (folder != null) {
                put("/" + folder, port);
            }
            put(name, port);
            String container = values.getOrDefault("container_name", "");
            if (!container.isEmpty() && !container.equals(name)) {
                put(container, port);
            }
            String image = SourceTree.name(values.getOrDefault("image", "")).replaceFirst("[:@].*", "");
            if (!image.isEmpty() && !image.equals(name) && !image.equals(container)) {
                put(image, port);
            }
        });
    }

    private void put(String name, int port) {
        ports.merge(name, port, (one, other) -> one.equals(other) ? one : NONE);
    }

    private static int port(Map<String, String> values) {
        for (String key : List.of("ports", "ports[0].target", "expose")) {
            for (String each : values.getOrDefault(key, "").split(",")) {
                String port = each.substring(each.lastIndexOf(':') + 1)
                        .replaceFirst("/\\w+$", "")
                        .strip();
                if (port.matches("[1-9][0-9]{1,4}") && !port.equals(DEBUG)) {
                    return Integer.parseInt(port);
                }
            }
        }
        return 0;
    }

    /** What is said of a module; 0 where nothing is. */
    int of(Module module, @Nullable String applicationName) {
        for (String name : new String[] {"/" + module.directory(), module.name(), applicationName}) {
            int port = name == null || name.isEmpty() ? NONE : ports.getOrDefault(name, NONE);
            if (port != NONE) {
                return port;
            }
        }
        return 0;
    }
}
