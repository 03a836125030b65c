package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.Mirrors;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.RegistryClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Asks registries, all at a time, which digests tags name now. One that doesn't answer is given up after some seconds. */
public final class RegistryTags {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private final String loginRegistry;
    private final EngineContext context;

    /**
     * For one run.
     *
     * @param loginRegistry whose login the environment has; the others' are in Docker's configuration
     */
    public RegistryTags(String loginRegistry, EngineContext context) {
        this.loginRegistry = loginRegistry;
        this.context = context;
    }

    /**
     * What registries have said.
     *
     * @param digests by reference
     * @param unknown the other references, with the reason
     */
    public record Answers(Map<String, String> digests, Map<String, String> unknown) {}

    /**
     * Asks for each of them.
     *
     * @throws EngineException {@link ErrorCode#CANCELLED}; everything else is a reason in what comes back
     */
    public Answers find(List<String> references) {
        Map<String, List<String>> byRegistry = new LinkedHashMap<>();
        Map<String, String> unknown = new LinkedHashMap<>();
        for (String each : references) {
            try {
                byRegistry
                        .computeIfAbsent(ImageReference.parse(each).registry(), registry -> new ArrayList<>())
                        .add(each);
            } catch (EngineException e) {
                unknown.put(each, e.why());
            }
        }
        List<Callable<Answers>> questions = new ArrayList<>();
        byRegistry.forEach((registry, its) -> questions.add(() -> ask(its)));
        Map<String, String> digests = new LinkedHashMap<>();
        for (Answers each : Parallel.run(questions)) {
            digests.putAll(each.digests());
            unknown.putAll(each.unknown());
        }
        return new Answers(digests, unknown);
    }

    /** All of one registry; once it can't be reached, it is not tried again. */
    private Answers ask(List<String> references) {
        Map<String, String> digests = new LinkedHashMap<>();
        Map<String, String> unknown = new LinkedHashMap<>();
        String unreachable = "";
        for (String each : references) {
            if (!unreachable.isEmpty()) {
                unknown.put(each, unreachable);
                continue;
            }
            try {
                Optional<String> digest = ask(ImageReference.parse(each));
                if (digest.isPresent()) {
                    digests.put(each, digest.get());
                } else {
                    unknown.put(each, "the registry has no such image");
                }
            } catch (EngineException e) {
                if (e.code() == ErrorCode.CANCELLED) {
                    throw e;
                }
                unknown.put(each, e.what());
                unreachable = e.code() == ErrorCode.REGISTRY_UNREACHABLE ? e.what() : "";
            }
        }
        return new Answers(digests, unknown);
    }

    private Optional<String> ask(ImageReference image) {
        RegistryAccess access = image.registry().equals(loginRegistry)
                ? RegistryAccess.standard()
                : RegistryAccess.dockerConfiguration();
        Optional<String> digest = Optional.empty();
        for (Mirrors.Place each : Mirrors.of(context).places(image, access)) {
            try (RegistryClient client =
                    RegistryClient.openImpatient(each.registry(), each.access(), context, CONNECT_TIMEOUT)) {
                digest = client.manifestDigest(each.repository(), image.selector());
            } catch (EngineException e) {
                if (!each.mirror() || e.code() == ErrorCode.CANCELLED) {
                    throw e;
                }
                // a mirror that can't tell is passed by
            }
            if (digest.isPresent()) {
                return digest;
            }
        }
        return digest;
    }
}
