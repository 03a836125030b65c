package dev.octavo.engine.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The values of one configuration file, in YAML or as properties, with their lines.
 *
 * @param parts by what each is for
 */
record SettingsFile(List<Part> parts) {
    /**
     * A document of a file.
     *
     * @param profiles the profiles that it is for, as the file has them; {@code ""} where it is for all
     */
    record Part(String profiles, List<Setting> settings) {}

    /** What Maven puts in when it copies a resource; YAML does not know the character at a value's start. */
    private static final Pattern MAVEN_TOKEN = Pattern.compile("@([A-Za-z0-9._-]+)@");

    private static final Pattern PART = Pattern.compile("[#!]---\\s*");
    private static final int MAX_DEPTH = 50;
    private static final int MAX_VALUES = 20_000;

    /** A file; what cannot be read of it is a problem of the tree. */
    static SettingsFile read(SourceTree tree, String file) {
        String text = tree.read(file);
        if (text == null) {
            return new SettingsFile(List.of());
        }
        String own = MAVEN_TOKEN.matcher(text).replaceAll("\\${$1}");
        return new SettingsFile(file.endsWith(".properties") ? properties(file, own) : yaml(tree, file, own));
    }

    private static Part part(List<Setting> settings) {
        String profiles = settings.stream()
                .filter(setting -> setting.name().equals("spring.profiles")
                        || setting.name().startsWith("spring.config.activate.on-"))
                .map(Setting::value)
                .findFirst()
                .orElse("");
        return new Part(profiles, List.copyOf(settings));
    }

    private static List<Part> properties(String file, String text) {
        List<Part> parts = new ArrayList<>();
        List<Setting> settings = new ArrayList<>();
        String[] lines = text.split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            int first = i + 1;
            String line = lines[i].strip();
            if (PART.matcher(line).matches()) {
                parts.add(part(settings));
                settings.clear();
                continue;
            }
            if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) {
                continue;
            }
            StringBuilder whole = new StringBuilder(line);
            while (whole.charAt(whole.length() - 1) == '\\' && i + 1 < lines.length) {
                whole.setLength(whole.length() - 1);
                whole.append(lines[++i].strip());
                if (whole.isEmpty()) {
                    break;
                }
            }
            int end = 0;
            while (end < whole.length() && "=: \t".indexOf(whole.charAt(end)) < 0) {
                end++;
            }
            String value = whole.substring(end).replaceFirst("^\\s*[=:]?\\s*", "");
            if (end > 0 && settings.size() < MAX_VALUES) {
                settings.add(new Setting(whole.substring(0, end), value.replace("\\:", ":"), file, first));
            }
        }
        parts.add(part(settings));
        return parts;
    }

    private static List<Part> yaml(SourceTree tree, String file, String text) {
        List<Part> parts = new ArrayList<>();
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true)
                .setCodePointLimit(8 << 20)
                .build();
        String readable = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try {
            for (Node document : new Compose(settings).composeAllFromString(readable)) {
                Walk walk = new Walk(file);
                walk.add("", document, 0);
                parts.add(part(walk.settings));
                if (walk.settings.size() >= MAX_VALUES) {
                    tree.problem(
                            file, 0, "has more than " + MAX_VALUES + " values, aliases included; the rest is left out");
                }
            }
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> where = e.getProblemMark().or(e::getContextMark);
            tree.problem(file, where.map(mark -> mark.getLine() + 1).orElse(0), "is no YAML: " + e.getProblem());
        } catch (YamlEngineException | StackOverflowError e) {
            String message =
                    e instanceof StackOverflowError ? "it is nested too deeply" : String.valueOf(e.getMessage());
            tree.problem(file, 0, "is no YAML: " + message.lines().findFirst().orElse(""));
        }
        return parts;
    }

    /** Makes dotted names of a document; aliases count each time, up to a bound. */
    private static final class Walk {
        private final String file;
        private final List<Setting> settings = new ArrayList<>();
        private int nodes;

        Walk(String file) {
            this.file = file;
        }

        void add(String name, Node node, int depth) {
            if (depth > MAX_DEPTH || settings.size() >= MAX_VALUES || ++nodes > 5 * MAX_VALUES) {
                return;
            }
            if (node instanceof MappingNode map) {
                for (NodeTuple entry : map.getValue()) {
                    String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                    if (key.equals("<<")) {
                        add(name, entry.getValueNode(), depth + 1);
                    } else if (!key.isEmpty()) {
                        add(name.isEmpty() ? key : name + "." + key, entry.getValueNode(), depth + 1);
                    }
                }
            } else if (node instanceof SequenceNode list) {
                List<String> texts = new ArrayList<>();
                int index = 0;
                for (Node one : list.getValue()) {
                    if (one instanceof ScalarNode scalar) {
                        texts.add(scalar.getValue());
                    } else {
                        add(name + "[" + index + "]", one, depth + 1);
                    }
                    index++;
                }
                if (!texts.isEmpty()) {
                    settings.add(new Setting(name, String.join(",", texts), file, line(node)));
                }
            } else if (node instanceof ScalarNode scalar) {
                boolean empty =
                        scalar.getValue().equals("~") || scalar.getValue().equals("null");
                settings.add(new Setting(name, empty ? "" : scalar.getValue(), file, line(node)));
            }
        }

        private static int line(Node node) {
            return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        }
    }

    /** The values that hold without any profile, the last of a name. */
    Map<String, Setting> unconditional() {
        Map<String, Setting> found = new HashMap<>();
        for (Part part : parts) {
            if (part.profiles().isEmpty()) {
                part.settings().forEach(setting -> found.put(SpringSettings.canonical(setting.name()), setting));
            }
        }
        return found;
    }
}
