package dev.octavo.engine.supply;

import dev.octavo.engine.image.registry.Digests;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How an image came about, as SLSA provenance 1.0 has it.
 *
 * @param repository where the sources are, without a login
 * @param commit all 40 digits
 * @param branch "" where none is known
 * @param parameters what the person who started the run has chosen, by name; no secrets
 * @param base what the image is built on; "" where it has no name elsewhere
 * @param baseDigest "" where it has none
 * @param builder an address that names who has built it, such as that of a Jenkins
 * @param version of Octavo
 * @param run the address of the run; "" where it has none
 * @param startedAt null where it isn't known
 */
public record Provenance(
        String repository,
        String commit,
        String branch,
        Map<String, String> parameters,
        String base,
        String baseDigest,
        String builder,
        String version,
        String run,
        @org.jspecify.annotations.Nullable Instant startedAt) {
    /** What the parameters mean is said in docs/supply-chain.md. */
    static final String BUILD_TYPE = "https://octavo.dev/build/v1";

    public Provenance {
        parameters = Map.copyOf(parameters);
    }

    ObjectNode predicate() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ObjectNode definition = root.putObject("buildDefinition");
        definition.put("buildType", BUILD_TYPE);
        ObjectNode external = definition.putObject("externalParameters");
        external.put("repository", repository);
        if (!branch.isEmpty()) {
            external.put("branch", branch);
        }
        new TreeMap<>(parameters).forEach(external::put);
        ArrayNode dependencies = definition.putArray("resolvedDependencies");
        dependencies
                .addObject()
                .put("uri", repository.isEmpty() ? "git" : "git+" + repository)
                .putObject("digest")
                .put("gitCommit", commit);
        if (!baseDigest.isEmpty()) {
            dependencies
                    .addObject()
                    .put("uri", "docker://" + base)
                    .putObject("digest")
                    .put("sha256", Digests.hex(baseDigest));
        }
        ObjectNode details = root.putObject("runDetails");
        ObjectNode by = details.putObject("builder").put("id", builder);
        by.putObject("version").put("octavo", version);
        ObjectNode metadata = details.putObject("metadata");
        if (!run.isEmpty()) {
            metadata.put("invocationId", run);
        }
        if (startedAt != null) {
            metadata.put("startedOn", startedAt.toString());
        }
        return root;
    }
}
