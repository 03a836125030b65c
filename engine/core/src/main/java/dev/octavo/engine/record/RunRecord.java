package dev.octavo.engine.record;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The record of a run, in {@code .octavo/run.json} of its workspace.
 *
 * <p>Its parts are records of those who write them: those of the run at the top, those of a microservice under
 * {@code services}. Each change is on disk when its method returns, and a reader sees the whole file before or after.
 */
public final class RunRecord {
    /** The folder of Octavo's own files in a workspace. */
    public static final String FOLDER = ".octavo";

    private static final String SCHEMA = "octavo.run/1";
    // the records have no annotations, and to look for them takes a new JVM 50 ms
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.USE_ANNOTATIONS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Path file;
    private final ObjectNode root;

    private RunRecord(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    /** Begins a new record; that of an earlier run in the same workspace is gone with the first thing written. */
    public static RunRecord begin(Path workspace) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("schema", SCHEMA);
        return new RunRecord(workspace.resolve(FOLDER).resolve("run.json"), root);
    }

    /**
     * Opens the workspace's record, a new one where there is none.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where the file is not such a record
     */
    public static RunRecord open(Path workspace) {
        Path file = workspace.resolve(FOLDER).resolve("run.json");
        if (!Files.exists(file)) {
            return begin(workspace);
        }
        try {
            JsonNode root = MAPPER.readTree(Files.readString(file));
            if (root instanceof ObjectNode object
                    && SCHEMA.equals(object.path("schema").asString(""))) {
                return new RunRecord(file, object);
            }
            throw unreadable(file, "it has no schema " + SCHEMA, null);
        } catch (IOException | JacksonException e) {
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static EngineException unreadable(Path file, String why, @Nullable Exception cause) {
        return new EngineException(
                ErrorCode.CONFIG_FILE,
                "The run's record cannot be read",
                file.toString(),
                why,
                "delete it and run the first stage again",
                cause);
    }

    /** Writes one part of the run, over what was there. */
    public void put(String part, Object value) {
        root.set(part, MAPPER.valueToTree(value));
        save();
    }

    /** Removes one part of the run. */
    public void remove(String part) {
        root.remove(part);
        save();
    }

    /** Reads one part of the run. */
    public <T> Optional<T> get(String part, Class<T> type) {
        return read(root.get(part), type);
    }

    /** Writes one part of a microservice, over what was there. */
    public void put(String service, String part, Object value) {
        service(service).set(part, MAPPER.valueToTree(value));
        save();
    }

    /** Reads one part of a microservice. */
    public <T> Optional<T> get(String service, String part, Class<T> type) {
        return read(root.path("services").path(service).get(part), type);
    }

    /** The names of the microservices, in the order in which they came in. */
    public List<String> services() {
        return new ArrayList<>(root.path("services").propertyNames());
    }

    /** Adds to a list of the run, such as its gates. */
    public void append(String part, Object value) {
        JsonNode entry = MAPPER.valueToTree(value);
        root.withArray("/" + part).add(entry);
        save();
    }

    /** Reads a list of the run. */
    public <T> List<T> list(String part, Class<T> type) {
        List<T> values = new ArrayList<>();
        if (root.get(part) instanceof ArrayNode array) {
            array.forEach(one -> values.add(MAPPER.treeToValue(one, type)));
        }
        return values;
    }

    /**
     * Takes over what a branch of the run, which began with a copy of this record, has added to its own: to the lists of
     * the run, and parts of microservices.
     */
    public void absorb(RunRecord branch) {
        branch.root.propertyStream().forEach(part -> {
            if (part.getValue() instanceof ArrayNode added) {
                ArrayNode mine = root.withArray("/" + part.getKey());
                List<JsonNode> there = new ArrayList<>();
                mine.forEach(there::add);
                for (JsonNode one : added) {
                    if (!there.contains(one)) {
                        mine.add(one);
                    }
                }
            }
        });
        for (String name : branch.services()) {
            ObjectNode mine = service(name);
            branch.root.path("services").path(name).propertyStream().forEach(part -> {
                if (!mine.has(part.getKey())) {
                    mine.set(part.getKey(), part.getValue());
                }
            });
        }
        save();
    }

    /** The failure that ended an operation, as its reader saw it. */
    public void fail(String operation, EngineException failure, Instant at) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("operation", operation);
        entry.put("at", at.toString());
        entry.put("code", failure.code().id());
        entry.put("what", failure.what());
        entry.put("where", failure.where());
        entry.put("why", failure.why());
        entry.put("fix", failure.fix());
        append("failures", entry);
    }

    /** Where the record is. */
    public Path file() {
        return file;
    }

    /** The document, for writing it elsewhere. */
    public String json() {
        return MAPPER.writeValueAsString(root);
    }

    /** Writes any result as the JSON that a command prints. */
    public static String json(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * The value that a document holds; nothing where it is {@code null}.
     *
     * @throws tools.jackson.core.JacksonException where the text is not JSON of such a value
     */
    public static <T> Optional<T> parse(String json, Class<T> type) {
        return Optional.ofNullable(MAPPER.readValue(json, type));
    }

    /** Reads a JSON object as maps, lists, texts, numbers and booleans. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(String json) {
        return MAPPER.readValue(json, Map.class);
    }

    private ObjectNode service(String name) {
        ObjectNode services = root.get("services") instanceof ObjectNode there ? there : root.putObject("services");
        return services.get(name) instanceof ObjectNode there ? there : services.putObject(name);
    }

    private static <T> Optional<T> read(@Nullable JsonNode node, Class<T> type) {
        return node == null || node.isNull() ? Optional.empty() : Optional.of(MAPPER.treeToValue(node, type));
    }

    private void save() {
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), "run", ".json");
            try {
                Files.writeString(fresh, json() + "\n");
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The run's record cannot be written",
                    file.toString(),
                    String.valueOf(e.getMessage()),
                    "free some room in that folder, or choose another one for the work",
                    e);
        }
    }
}
