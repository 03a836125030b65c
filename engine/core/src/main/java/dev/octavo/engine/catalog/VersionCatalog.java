package dev.octavo.engine.catalog;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gradle's version catalog, {@code gradle/libs.versions.toml}, as far as entries of one line go, which is how they are
 * written.
 */
final class VersionCatalog {
    static final String FILE = "gradle/libs.versions.toml";

    private static final Pattern TABLE = Pattern.compile("\\s*\\[\\s*([\\w.-]+)\\s*]\\s*(?:#.*)?");
    private static final Pattern ENTRY = Pattern.compile("\\s*\"?([\\w.-]+)\"?\\s*=\\s*(.+)");
    private static final Pattern TEXT = Pattern.compile("\\s*[\"']([^\"']*)[\"'].*");
    private static final Pattern NAMES = Pattern.compile("[\"']([\\w.-]+)[\"']");
    private static final String BOOT_PLUGIN = "org.springframework.boot";

    private final Map<String, String> versions = new HashMap<>();
    private final Map<String, String> libraries = new LinkedHashMap<>();
    private final Map<String, List<String>> bundles = new HashMap<>();
    private final Map<String, String> plugins = new HashMap<>();
    private String springBoot = "";

    private VersionCatalog() {}

    static VersionCatalog read(SourceTree tree, String root) {
        VersionCatalog catalog = new VersionCatalog();
        String file = SourceTree.child(root, FILE);
        String text = tree.has(file) ? tree.read(file) : null;
        if (text != null) {
            String table = "";
            // a bundle may take several lines
            for (String line : text.replaceAll("(?m)#.*$", "")
                    .replaceAll(",\\s*\\n\\s*", ", ")
                    .lines()
                    .toList()) {
                Matcher head = TABLE.matcher(line);
                Matcher entry = ENTRY.matcher(line);
                if (head.matches()) {
                    table = head.group(1);
                } else if (entry.matches()) {
                    catalog.add(table, entry.group(1), entry.group(2));
                }
            }
        }
        return catalog;
    }

    private void add(String table, String alias, String value) {
        Matcher text = TEXT.matcher(value);
        String whole = text.matches() ? text.group(1) : "";
        switch (table) {
            case "versions" -> versions.put(alias, whole);
            case "libraries" -> {
                String module = whole.isEmpty() ? field(value, "module") : whole;
                String name = module.isEmpty() ? field(value, "group") + ":" + field(value, "name") : module;
                String[] parts = name.split(":", 3);
                libraries.put(accessor(alias), parts.length < 2 ? name : parts[0] + ":" + parts[1]);
                if (parts.length > 1 && parts[1].equals("spring-boot-dependencies")) {
                    springBoot = parts.length > 2 ? parts[2] : version(value);
                }
            }
            case "bundles" ->
                bundles.put(
                        accessor("bundles." + alias),
                        NAMES.matcher(value)
                                .results()
                                .map(name -> accessor(name.group(1)))
                                .toList());
            case "plugins" -> {
                String[] parts = whole.split(":", 2);
                String id = whole.isEmpty() ? field(value, "id") : parts[0];
                plugins.put(accessor("plugins." + alias), id);
                if (id.equals(BOOT_PLUGIN)) {
                    springBoot = parts.length > 1 ? parts[1] : version(value);
                }
            }
            default -> {
                // metadata
            }
        }
    }

    private String version(String value) {
        String reference = field(value, "version\\.ref");
        return reference.isEmpty() ? field(value, "version") : versions.getOrDefault(reference, "");
    }

    private static String field(String value, String name) {
        Matcher matcher =
                Pattern.compile("\\b" + name + "\\s*=\\s*[\"']([^\"']*)[\"']").matcher(value);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String accessor(String alias) {
        return alias.replace('-', '.').replace('_', '.');
    }

    /** The libraries that a use of the catalog asks for, as {@code group:artifact}. */
    List<String> libraries(String use) {
        List<String> names = bundles.getOrDefault(use, List.of(use));
        return names.stream()
                .map(name -> libraries.getOrDefault(name, ""))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Whether a build file applies Spring Boot's plugin by its alias. */
    boolean usesBootPlugin(String text) {
        return plugins.entrySet().stream()
                .filter(plugin -> plugin.getValue().equals(BOOT_PLUGIN))
                .anyMatch(plugin -> Pattern.compile("\\balias\\s*\\(?\\s*libs\\." + Pattern.quote(plugin.getKey())
                                + "\\b(?![^\\n]*\\bapply\\s*\\(?\\s*false)")
                        .matcher(text)
                        .find());
    }

    /** Spring Boot's version; {@code ""} where it says none. */
    String springBoot() {
        return springBoot;
    }
}
