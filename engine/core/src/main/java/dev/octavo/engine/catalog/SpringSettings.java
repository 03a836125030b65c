package dev.octavo.engine.catalog;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The settings of a Spring Boot application, as its own files give them: no environment, no command line. */
final class SpringSettings {
    private static final List<String> FOLDERS =
            List.of("src/main/resources", "src/main/resources/config", "src/main/webapp/WEB-INF/classes");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^:{}$]+)(?::([^{}$]*))?}");
    /** What Maven puts in when it copies a resource; YAML does not know the character. */
    private static final Pattern MAVEN_TOKEN = Pattern.compile("@([A-Za-z0-9._-]+)@");

    private static final int MAX_PLACEHOLDERS = 20;
    private static final int MAX_DEPTH = 50;

    private final Map<String, String> values = new HashMap<>();

    private SpringSettings() {}

    static SpringSettings read(SourceTree tree, String directory) {
        SpringSettings settings = new SpringSettings();
        settings.readFiles(tree, directory, "bootstrap");
        settings.readFiles(tree, directory, "application");
        for (String profile : settings.get("spring.profiles.active", "").split(",")) {
            String name = profile.strip();
            if (!name.isEmpty()) {
                settings.readFiles(tree, directory, "bootstrap-" + name);
                settings.readFiles(tree, directory, "application-" + name);
            }
        }
        return settings;
    }

    /** A value with its placeholders filled in from the other settings and their defaults. */
    String get(String name, String otherwise) {
        String value = values.get(canonical(name));
        if (value == null) {
            return otherwise;
        }
        for (int i = 0; i < MAX_PLACEHOLDERS && value.contains("${"); i++) {
            Matcher matcher = PLACEHOLDER.matcher(value);
            if (!matcher.find()) {
                break;
            }
            String known = values.get(canonical(matcher.group(1)));
            String filled = known != null ? known : matcher.group(2);
            if (filled == null) {
                return otherwise;
            }
            value = matcher.replaceFirst(Matcher.quoteReplacement(filled));
        }
        return value.strip();
    }

    /** A whole number that is greater than 0. */
    int number(String name, int otherwise) {
        String value = get(name, "");
        return value.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(value) : otherwise;
    }

    private void readFiles(SourceTree tree, String directory, String name) {
        for (String folder : FOLDERS) {
            for (String ending : List.of(".yaml", ".yml", ".properties")) {
                String file = SourceTree.child(directory, folder + "/" + name + ending);
                if (tree.has(file)) {
                    readFile(tree, file);
                }
            }
        }
    }

    private void readFile(SourceTree tree, String file) {
        boolean isProperties = file.endsWith(".properties");
        String text = tree.read(file, isProperties ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        if (text == null) {
            return;
        }
        try {
            if (isProperties) {
                // parts after #--- are for profiles, mostly
                Properties properties = new Properties();
                properties.load(new StringReader(text.split("(?m)^[#!]---.*$", 2)[0]));
                properties.forEach((key, value) -> values.put(canonical(key.toString()), value.toString()));
            } else {
                readYaml(text);
            }
        } catch (IOException | IllegalArgumentException | YamlEngineException | StackOverflowError e) {
            tree.problem(
                    file,
                    0,
                    "cannot be read: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private void readYaml(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(true)
                .setMaxAliasesForCollections(20)
                .build();
        String readable = MAVEN_TOKEN.matcher(text).replaceAll("$1");
        for (Object document : new Load(settings).loadAllFromString(readable)) {
            Map<String, String> found = new HashMap<>();
            flatten("", document, found, 0);
            boolean conditional = found.containsKey("spring.profiles")
                    || found.keySet().stream().anyMatch(key -> key.startsWith("spring.config.activate."));
            if (!conditional) {
                values.putAll(found);
            }
        }
    }

    private static void flatten(String prefix, Object value, Map<String, String> into, int depth) {
        if (value instanceof Map<?, ?> map && depth < MAX_DEPTH) {
            map.forEach((key, inner) -> flatten(
                    prefix.isEmpty() ? String.valueOf(key) : prefix + "." + key,
                    inner == null ? "" : inner,
                    into,
                    depth + 1));
        } else if (value instanceof List<?> list) {
            List<String> parts = new ArrayList<>();
            list.forEach(part -> parts.add(String.valueOf(part)));
            into.put(canonical(prefix), String.join(",", parts));
        } else if (value != null) {
            into.put(canonical(prefix), value.toString());
        }
    }

    /** Spring's relaxed binding: {@code context-path}, {@code contextPath} and {@code context_path} are the same. */
    private static String canonical(String name) {
        return name.strip().replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
