package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.image.registry.Mirrors;
import dev.octavo.engine.image.registry.RegistryClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Gets what an image is built on: from its registry, from the cache, or made on this machine. */
final class BaseImages {
    static final String SCRATCH = "scratch";

    private static final String OWN_PLATFORM = "linux/" + OfflineBase.architecture();

    private static final long MEGA = 1_000_000;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** How long it takes to find out that a host cannot be reached before it's worth remembering. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    /** How long it is then not tried again: several services are built one after another. */
    private static final Duration UNREACHABLE_FOR = Duration.ofSeconds(30);

    /** Parts of the names of images that hold a Java runtime. */
    private static final Set<String> JAVA_NAMES = Set.of(
            "temurin",
            "jdk",
            "jre",
            "java",
            "corretto",
            "zulu",
            "liberica",
            "sapmachine",
            "semeru",
            "graalvm",
            "dragonwell",
            "kona",
            "bisheng",
            "adoptium");

    private final ImageSpec spec;
    private final EngineContext context;
    private final LayerStore store;
    private final String platform;

    BaseImages(ImageSpec spec, EngineContext context, LayerStore store) {
        this.spec = spec;
        this.context = context;
        this.store = store;
        this.platform =
                spec.platforms().isEmpty() ? OWN_PLATFORM : spec.platforms().get(0);
    }

    /**
     * The base that a reference names.
     *
     * @param where who names it, for messages
     * @param java whether what is built needs a Java runtime, so that one can stand in
     */
    BaseImage get(String reference, String where, boolean java) throws IOException {
        if (reference.equals(SCRATCH)) {
            return scratch();
        }
        ImageReference image = ImageReference.parse(reference);
        if (spec.offline() == Offline.ALWAYS) {
            return offline(image, where, java, "as asked for")
                    .orElseThrow(() -> noStandIn(image, where, "the offline base was asked for", null));
        }
        Optional<BaseImage> kept = kept(image);
        if (image.digest() != null && kept.isPresent()) {
            return kept.get();
        }
        List<Mirrors.Place> places = Mirrors.of(context).places(image, spec.access(image.registry()));
        for (Mirrors.Place mirror : places.subList(0, places.size() - 1)) {
            Optional<BaseImage> mirrored = mirrored(mirror, image, where, kept);
            if (mirrored.isPresent()) {
                return mirrored.get();
            }
        }
        Optional<EngineException> failure = recentFailure(image);
        if (failure.isEmpty()) {
            Mirrors.Place own = places.get(places.size() - 1);
            long begun = System.nanoTime();
            try (RegistryClient client =
                    RegistryClient.openImpatient(own.registry(), own.access(), context, CONNECT_TIMEOUT)) {
                Optional<ManifestContent> manifest = Optional.empty();
                try {
                    manifest = Optional.of(manifest(client, own.repository(), image, where));
                } catch (EngineException e) {
                    if (e.code() != ErrorCode.REGISTRY_UNREACHABLE) {
                        throw e;
                    }
                    failure = Optional.of(e);
                }
                if (manifest.isPresent()) {
                    // what fails from here on is no missing network
                    return fetch(client, own.repository(), image, where, manifest.get(), kept);
                }
            }
            if (failure.isPresent() && System.nanoTime() - begun > SLOW.toNanos()) {
                store.put(unreachable(image), failure.get().why().getBytes(StandardCharsets.UTF_8));
            }
        }
        EngineException unreachable = failure.orElseThrow();
        if (kept.isPresent()) {
            context.listener()
                    .warning("The registry of the base image " + image + " cannot be reached (" + unreachable.why()
                            + "): using the copy that was fetched before, "
                            + kept.get().digest());
            return kept.get();
        }
        if (spec.offline() == Offline.NEVER) {
            throw unreachable;
        }
        return offline(image, where, java, unreachable.where() + ": " + unreachable.why())
                .orElseThrow(() -> noStandIn(image, where, unreachable.why(), unreachable));
    }

    /** A mirror that hasn't got it, or doesn't answer, is passed by. */
    private Optional<BaseImage> mirrored(
            Mirrors.Place mirror, ImageReference image, String where, Optional<BaseImage> kept) throws IOException {
        try (RegistryClient client =
                RegistryClient.openImpatient(mirror.registry(), mirror.access(), context, CONNECT_TIMEOUT)) {
            ManifestContent manifest = manifest(client, mirror.repository(), image, where);
            return Optional.of(fetch(client, mirror.repository(), image, where, manifest, kept));
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED || e.code() == ErrorCode.BUILD_DISK) {
                throw e;
            }
            context.listener().progress("The mirror " + mirror.registry() + " has no " + image + " (" + e.what() + ")");
            return Optional.empty();
        }
    }

    private BaseImage scratch() {
        ObjectNode config = JsonMapper.shared().createObjectNode();
        String[] words = platform.split("/");
        config.put("architecture", words[1]).put("os", words[0]);
        if (words.length > 2) {
            config.put("variant", words[2]);
        }
        config.putObject("config");
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        config.putArray("history");
        return new BaseImage(SCRATCH, "", config, List.of(), Set.of());
    }

    // ---- made here

    private Optional<BaseImage> offline(ImageReference image, String where, boolean java, String why) {
        for (OfflineBaseContributor each :
                ServiceLoader.load(OfflineBaseContributor.class, OfflineBaseContributor.class.getClassLoader())) {
            if (each.appliesTo(image.repository())) {
                context.listener()
                        .warning("The base image " + image + " cannot be had (" + why + "): " + each.description()
                                + " stands in for it; good for the sandbox, not for production");
                return Optional.of(OfflineBase.with(each, image.repository(), context));
            }
        }
        if (!java && !isJava(image.repository())) {
            return Optional.empty();
        }
        if (!platform.equals(OWN_PLATFORM)) {
            throw base(
                    image,
                    where,
                    "it cannot be had (" + why + "), and what this machine can make in its place is for " + OWN_PLATFORM
                            + ", not " + platform);
        }
        int release = Runtime.version().feature();
        if (spec.javaLevel() > release) {
            throw new EngineException(
                    ErrorCode.BUILD_BASE,
                    "The offline base has Java " + release + ", and the service needs Java " + spec.javaLevel(),
                    where,
                    "the base image " + image + " cannot be had (" + why + ")",
                    "run Octavo with a JDK " + spec.javaLevel() + " (JAVA_HOME), or connect to the network");
        }
        context.listener()
                .warning("The base image " + image + " cannot be had (" + why
                        + "): an offline base made of this machine's Java " + release
                        + " stands in for it; good for the sandbox, not for production");
        return Optional.of(OfflineBase.java(context));
    }

    private static boolean isJava(String repository) {
        return JAVA_NAMES.stream().anyMatch(repository.toLowerCase(Locale.ROOT)::contains);
    }

    private static EngineException noStandIn(
            ImageReference image, String where, String why, @org.jspecify.annotations.Nullable Throwable e) {
        return new EngineException(
                ErrorCode.BUILD_BASE,
                "The base image " + image + " cannot be had, and nothing can stand in for it",
                where,
                why,
                "connect to the network, or name a base image in a registry that can be reached",
                e);
    }

    // ---- kept from before

    private Path record(ImageReference image) {
        String key = image + " " + platform;
        return store.folder("bases").resolve(Digests.hex(Digests.of(key.getBytes(StandardCharsets.UTF_8))) + ".json");
    }

    private Optional<BaseImage> kept(ImageReference image) throws IOException {
        try {
            JsonNode node = JsonMapper.shared().readTree(Files.readAllBytes(record(image)));
            String digest = node.path("digest").asString("");
            return assemble(image.toString(), digest, Files.readAllBytes(store.blob(digest)));
        } catch (NoSuchFileException | JacksonException e) {
            return Optional.empty();
        }
    }

    private Path unreachable(ImageReference image) {
        return store.folder("unreachable").resolve(image.host().replace(':', '_'));
    }

    private Optional<EngineException> recentFailure(ImageReference image) throws IOException {
        try {
            Instant since = Files.getLastModifiedTime(unreachable(image)).toInstant();
            if (since.plus(UNREACHABLE_FOR).isBefore(Instant.now(context.clock()))) {
                return Optional.empty();
            }
            return Optional.of(new EngineException(
                    ErrorCode.REGISTRY_UNREACHABLE,
                    "The registry cannot be reached",
                    image.registry(),
                    Files.readString(unreachable(image)),
                    "check the network, and try again in " + UNREACHABLE_FOR.toSeconds() + " s"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    // ---- fetched

    private ManifestContent manifest(RegistryClient client, String repository, ImageReference image, String where) {
        ManifestContent manifest = manifest(client, repository, image, where, image.selector());
        if (MediaTypes.isIndex(manifest.mediaType())) {
            manifest = manifest(client, repository, image, where, platform(image, where, manifest));
        }
        if (!MediaTypes.isManifest(manifest.mediaType())) {
            throw base(
                    image,
                    where,
                    "its manifest is of the type \"" + manifest.mediaType() + "\", which is not supported");
        }
        return manifest;
    }

    private BaseImage fetch(
            RegistryClient client,
            String repository,
            ImageReference image,
            String where,
            ManifestContent manifest,
            Optional<BaseImage> kept)
            throws IOException {
        String digest = manifest.digest();
        if (kept.isPresent() && kept.get().digest().equals(digest)) {
            return checked(kept.get(), image, where);
        }
        JsonNode root = JsonMapper.shared().readTree(manifest.bytes());
        Map<String, Long> missing = new LinkedHashMap<>();
        missing.put(root.path("config").path("digest").asString(""), 0L);
        root.path("layers")
                .forEach(each -> missing.put(
                        each.path("digest").asString(""), each.path("size").asLong(0)));
        missing.keySet().removeIf(each -> Files.isRegularFile(store.blob(each)));
        long size = missing.values().stream().mapToLong(Long::longValue).sum();
        context.listener().progress("Fetching the base image " + image + " (" + (size + MEGA - 1) / MEGA + " MB)");
        List<Callable<String>> transfers = new ArrayList<>();
        for (String each : missing.keySet()) {
            transfers.add(() -> {
                client.pullBlob(repository, each, store.blob(each));
                return each;
            });
        }
        Parallel.run(transfers);
        BaseImage fetched = assemble(image.toString(), digest, manifest.bytes())
                .orElseThrow(() -> base(image, where, "its manifest and configuration don't belong together"));
        store.put(store.blob(digest), manifest.bytes());
        store.put(
                record(image),
                JsonMapper.shared()
                        .createObjectNode()
                        .put("reference", image.toString())
                        .put("digest", digest)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
        return checked(fetched, image, where);
    }

    private static ManifestContent manifest(
            RegistryClient client, String repository, ImageReference image, String where, String selector) {
        return client.manifest(repository, selector)
                .orElseThrow(
                        () -> new EngineException(
                                ErrorCode.BUILD_BASE,
                                "The base image " + image + " does not exist",
                                where,
                                image.registry() + " has no " + repository + " with " + selector,
                                "check name and tag; old Java images, such as openjdk's, were withdrawn: eclipse-temurin has them"));
    }

    private String platform(ImageReference image, String where, ManifestContent index) {
        List<String> there = new ArrayList<>();
        for (JsonNode each : JsonMapper.shared().readTree(index.bytes()).path("manifests")) {
            JsonNode its = each.path("platform");
            String name =
                    its.path("os").asString("") + "/" + its.path("architecture").asString("");
            String variant = its.path("variant").asString("");
            if (platform.equals(name) || platform.equals(name + "/" + variant)) {
                return each.path("digest").asString("");
            }
            there.add(name + (variant.isEmpty() ? "" : "/" + variant));
        }
        there.remove("unknown/unknown"); // what BuildKit attests is listed as one
        throw base(image, where, "it has no " + platform + ", only " + String.join(", ", there));
    }

    /** An image that lists no platforms is for one; only where one was asked for it must be that. */
    private BaseImage checked(BaseImage base, ImageReference image, String where) {
        String its = base.config().path("os").asString("linux") + "/"
                + base.config().path("architecture").asString("");
        if (!spec.platforms().isEmpty() && !platform.equals(its) && !platform.startsWith(its + "/")) {
            throw base(image, where, "it is for " + its + " alone, and " + platform + " was asked for");
        }
        return base;
    }

    /** From what is kept; empty where a part of it is missing. */
    private Optional<BaseImage> assemble(String reference, String digest, byte[] manifest) throws IOException {
        JsonNode root = JsonMapper.shared().readTree(manifest);
        JsonNode config = JsonMapper.shared()
                .readTree(Files.readAllBytes(
                        store.blob(root.path("config").path("digest").asString(""))));
        JsonNode ids = config.path("rootfs").path("diff_ids");
        List<StoredLayer> layers = new ArrayList<>();
        for (JsonNode each : root.path("layers")) {
            String layer = each.path("digest").asString("");
            Path file = store.blob(layer);
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            String type = each.path("mediaType").asString("");
            layers.add(new StoredLayer(
                    "base",
                    type.equals(MediaTypes.DOCKER_LAYER_GZIP) ? MediaTypes.OCI_LAYER_GZIP : type,
                    layer,
                    ids.path(layers.size()).asString(""),
                    each.path("size").asLong(0),
                    file));
        }
        return config instanceof ObjectNode object && ids.size() == layers.size()
                ? Optional.of(new BaseImage(reference, digest, object, List.copyOf(layers), Set.of()))
                : Optional.empty();
    }

    private static EngineException base(ImageReference image, String where, String why) {
        return new EngineException(
                ErrorCode.BUILD_BASE,
                "The base image " + image + " cannot be used",
                where,
                why,
                "name another base image");
    }
}
