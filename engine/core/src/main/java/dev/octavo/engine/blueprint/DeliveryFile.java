package dev.octavo.engine.blueprint;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.cluster.YamlDocuments;
import dev.octavo.engine.template.Variable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@code delivery.yaml}: the one description of an application's services and environments. */
public final class DeliveryFile {
    /** How it is called. */
    public static final String NAME = "delivery.yaml";

    /** Its JSON Schema for editors: a copy beside it, which {@code generate} keeps up to date. */
    public static final String SCHEMA = "delivery.schema.json";

    /** The environments where it names none. */
    public static final List<String> USUAL_ENVIRONMENTS = List.of("dev", "prod");

    private static final int SHOWN = 8;

    private final Path root;
    private final String file;
    private final Map<String, Object> content;
    private final Places places;

    private DeliveryFile(Path root, String file, Map<String, Object> content, Places places) {
        this.root = root.toAbsolutePath().normalize();
        this.file = file;
        this.content = content;
        this.places = places;
    }

    /**
     * What is wrong with one.
     *
     * @param place {@code file:line:column}
     */
    public record Problem(String place, String message) {}

    /**
     * Whether a person must say yes.
     *
     * @param approvers users, and groups as {@code group:NAME}; anybody where it is empty
     * @param count how many of them
     * @param notAuthor whether whoever started or wrote it may not
     * @param timeout such as {@code 12h}; {@code ""} for the pipeline's own
     */
    public record Gate(List<String> approvers, int count, boolean notAuthor, String timeout) {
        public Gate {
            approvers = List.copyOf(approvers);
        }
    }

    /**
     * The file that describes a service: in its folder, or the nearest above it.
     *
     * @param root the folder of the sources; nothing above it is looked at
     * @param directory from there
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where there is one and it cannot be read
     */
    public static Optional<DeliveryFile> nearest(Path root, String directory) {
        Path top = root.toAbsolutePath().normalize();
        Path at = top.resolve(directory).normalize();
        while (at != null && at.startsWith(top)) {
            if (Files.isRegularFile(at.resolve(NAME))) {
                String path = top.relativize(at.resolve(NAME)).toString().replace('\\', '/');
                return Optional.of(read(top, path));
            }
            at = at.getParent();
        }
        return Optional.empty();
    }

    /**
     * Reads one.
     *
     * @param file from {@code root}
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} with all that is wrong with it
     */
    public static DeliveryFile read(Path root, String file) {
        return parse(root, file, text(root, file));
    }

    /** Reads a text; values files are looked for beside {@code file}. */
    public static DeliveryFile parse(Path root, String file, String text) {
        Map<String, Object> content = content(file, text);
        Places places = Places.of(file, text);
        List<Problem> problems = problems(places, content);
        if (!problems.isEmpty()) {
            Problem first = problems.get(0);
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    problems.size() == 1 ? file + " has a mistake" : file + " has " + problems.size() + " mistakes",
                    first.place(),
                    problems.stream()
                                    .limit(SHOWN)
                                    .map(each ->
                                            each.equals(first) ? each.message() : each.place() + "  " + each.message())
                                    .collect(Collectors.joining("\n"))
                            + (problems.size() > SHOWN ? "\nand " + (problems.size() - SHOWN) + " more" : ""),
                    "correct it; docs/delivery.md explains each key");
        }
        return new DeliveryFile(root, file, content, places);
    }

    /**
     * All that is wrong with a text, for preflight.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where it is no YAML
     */
    public static List<Problem> problems(String file, String text) {
        Map<String, Object> content = content(file, text);
        return problems(Places.of(file, text), content);
    }

    private static List<Problem> problems(Places places, Map<String, Object> content) {
        List<Problem> problems = new ArrayList<>();
        Shape.check(content).forEach(each -> problems.add(new Problem(places.of(each.path()), each.message())));
        Set<String> environments = environmentNames(content);
        Trees.map(content.get("services"))
                .forEach((service, settings) -> Trees.map(Trees.map(settings).get("environments")).keySet().stream()
                        .filter(name -> !environments.contains(name))
                        .forEach(name -> problems.add(new Problem(
                                places.of("/services/" + service + "/environments/" + name),
                                "there is no environment \"" + name + "\": "
                                        + NearestName.hint(name, environments, "environments")))));
        return problems;
    }

    private static Map<String, Object> content(String file, String text) {
        List<YamlDocuments.Document> documents;
        try {
            documents = YamlDocuments.read(file, text);
        } catch (EngineException e) {
            throw new EngineException(ErrorCode.CONFIG_FILE, e.what(), e.where(), e.why(), e.fix(), e);
        }
        Object content = documents.isEmpty() ? null : documents.get(0).content();
        if (documents.size() > 1 || !(content == null || content instanceof Map)) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    file + " is not one map",
                    file + ":" + documents.get(documents.size() - 1).line(),
                    documents.size() > 1 ? "it has several documents" : "it is a list or a single value",
                    "write keys and values");
        }
        return Trees.map(content);
    }

    private static String text(Path root, String file) {
        Path path = root.resolve(file);
        try {
            if (Files.size(path) > YamlDocuments.MAX_LENGTH) {
                throw new IOException("it has " + Files.size(path) + " bytes");
            }
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    file + " cannot be read",
                    path.toString(),
                    e instanceof java.nio.charset.CharacterCodingException
                            ? "it is not UTF-8"
                            : e instanceof java.nio.file.NoSuchFileException
                                    ? "there is no such file"
                                    : String.valueOf(e.getMessage()),
                    "check that it exists and may be read",
                    e);
        }
    }

    /** Its own path from the root. */
    public String file() {
        return file;
    }

    /** The folder that it is in, from the root; {@code ""} for the root itself. */
    public String directory() {
        int slash = file.lastIndexOf('/');
        return slash < 0 ? "" : file.substring(0, slash);
    }

    /** What the services are parts of; {@code otherwise} where it does not say. */
    public String application(String otherwise) {
        return content.containsKey("application") ? Trees.text(content.get("application")) : otherwise;
    }

    /** Host and project of the registry as written; {@code ""} for none. */
    public String registry() {
        return Trees.text(content.get("registry"));
    }

    /** The text of the JSON Schema. */
    public static String schema() {
        return Shape.text();
    }

    /** In its order. */
    public List<String> environments() {
        return List.copyOf(environmentNames(content));
    }

    private static Set<String> environmentNames(Map<String, Object> content) {
        Set<String> names =
                new LinkedHashSet<>(Trees.map(content.get("environments")).keySet());
        return names.isEmpty() ? new LinkedHashSet<>(USUAL_ENVIRONMENTS) : names;
    }

    private Map<String, Object> environment(String name) {
        return Trees.map(Trees.map(content.get("environments")).get(name));
    }

    /** The namespace on the cluster; empty where it does not say. */
    public Optional<String> namespace(String environment) {
        Object namespace = environment(environment).get("namespace");
        Object name = namespace instanceof Map ? Trees.map(namespace).get("name") : namespace;
        return Optional.ofNullable(name).map(Object::toString);
    }

    /** Whether the namespace is among what is deployed; else it must be there before. */
    boolean createsNamespace(String environment) {
        return !Boolean.FALSE.equals(
                Trees.map(environment(environment).get("namespace")).get("create"));
    }

    /** Its gate; empty where there is none, or where it does not say. */
    public Optional<Gate> gate(String environment) {
        Object gate = environment(environment).get("gate");
        if (gate == null || Boolean.FALSE.equals(gate)) {
            return Optional.empty();
        }
        Map<String, Object> settings = Trees.map(gate);
        return Optional.of(new Gate(
                Trees.texts(settings.get("approvers")),
                settings.get("count") instanceof Number count ? count.intValue() : 1,
                Boolean.TRUE.equals(settings.get("notAuthor")),
                Trees.text(settings.get("timeout"))));
    }

    /** The services that it has something to say about. */
    public Set<String> services() {
        return new LinkedHashSet<>(Trees.map(content.get("services")).keySet());
    }

    /** Where it says something about a service: {@code file:line:column}. */
    public String place(String service) {
        return places.of("/services/" + service);
    }

    /** The last part of a service's repository: its name, unless it is told otherwise. */
    public String imageName(String service) {
        String named = Trees.text(service(service).get("imageName"));
        return named.isEmpty() ? service : named;
    }

    /** What builds a service's image; {@code ""} where it does not say. */
    public String builder(String service) {
        return Trees.text(service(service).get("builder"));
    }

    /** The Dockerfile of a service, from its folder; {@code ""} for its own. */
    public String dockerfile(String service) {
        return Trees.text(service(service).get("dockerfile"));
    }

    /** Values for the ARGs of a service's Dockerfile. */
    public Map<String, String> buildArguments(String service) {
        Map<String, String> arguments = new LinkedHashMap<>();
        Trees.map(service(service).get("buildArguments")).forEach((name, value) -> arguments.put(name, plain(value)));
        return arguments;
    }

    /** Whether nothing is made for a service there. */
    boolean leavesOut(String service, String environment) {
        Object settings = Trees.map(content.get("services")).get(service);
        Object there = Trees.map(Trees.map(settings).get("environments")).get(environment);
        return Boolean.FALSE.equals(settings) || Boolean.FALSE.equals(there);
    }

    /** What it says about a service, the same in all environments. */
    Map<String, Object> service(String service) {
        return Trees.map(Trees.map(content.get("services")).get(service));
    }

    /** What it says about a service in an environment: the general first, what is said of the two together last. */
    Map<String, Object> settings(String service, String environment) {
        Map<String, Object> own = new LinkedHashMap<>(service(service));
        Object environments = own.remove("environments");
        Map<String, Object> settings = Trees.map(content.get("defaults"));
        settings = Trees.over(settings, Trees.map(environment(environment).get("defaults")));
        settings = Trees.over(settings, own);
        return Trees.over(settings, Trees.map(Trees.map(environments).get(environment)));
    }

    /** The values file of an environment, from the root, whether it is there or not. */
    public String valuesFile(String environment) {
        String named = Trees.text(environment(environment).get("values"));
        String path = named.isEmpty() ? "values/" + environment + ".yaml" : named;
        return directory().isEmpty() ? path : directory() + "/" + path;
    }

    /**
     * The variables of an environment, each with its place: what holds for all environments, and over it those of the
     * environment's own file.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where the values file cannot be read, or is named and not
     *     there
     */
    public Map<String, Variable> values(String environment) {
        Map<String, Variable> values = new LinkedHashMap<>();
        Trees.map(content.get("values"))
                .forEach((name, value) -> values.put(name, Variable.of(plain(value), places.line("/values/" + name))));
        String path = valuesFile(environment);
        boolean named = environment(environment).containsKey("values");
        if (named || Files.exists(root.resolve(path))) {
            requireInside(path, environment);
            String text = text(root, path);
            Map<String, Object> written = content(path, text);
            Places own = Places.of(path, text);
            written.forEach((name, value) -> {
                if (value == null || value instanceof Map || value instanceof List || !name.matches("[A-Za-z_]\\w*")) {
                    throw new EngineException(
                            ErrorCode.CONFIG_FILE,
                            path + " has a mistake",
                            own.of("/" + name),
                            name.matches("[A-Za-z_]\\w*")
                                    ? "the value of \"" + name + "\" is no text and no number"
                                    : "\"" + name + "\" is no name of a variable",
                            "write one NAME: value on each line");
                }
                values.put(name, Variable.of(plain(value), own.line("/" + name)));
            });
        }
        namespace(environment)
                .ifPresent(namespace -> values.put(
                        "NAMESPACE",
                        Variable.of(namespace, places.line("/environments/" + environment + "/namespace"))));
        return values;
    }

    private void requireInside(String path, String environment) {
        if (!root.resolve(path).normalize().startsWith(root)) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The values of " + environment + " are outside the sources",
                    places.of("/environments/" + environment + "/values"),
                    path + " leads out of " + root,
                    "put the file beside " + file);
        }
    }

    private static String plain(@Nullable Object value) {
        return String.valueOf(value);
    }
}
