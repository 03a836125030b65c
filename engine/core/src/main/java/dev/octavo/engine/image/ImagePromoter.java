package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.image.registry.Referrer;
import dev.octavo.engine.image.registry.RegistryClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives an image that is in a registry another name, by copying its manifest's bytes: the digest stays. In another
 * repository it gets what refers to it too, such as its signature.
 */
public final class ImagePromoter {
    /**
     * Promotes it. A second time changes nothing.
     *
     * @throws EngineException {@link ErrorCode#REGISTRY_NOT_FOUND} where the source has no such digest, another of the
     *     registry's codes, {@link ErrorCode#CONFIG_INVALID} where the source has no digest or a tag is none,
     *     {@link ErrorCode#CANCELLED}
     */
    public PromotedImage promote(PromoteRequest request, EngineContext context) {
        String digest = request.source().digest();
        if (digest == null) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "What is to be promoted has no digest",
                    request.source().toString(),
                    "a tag may name another image by now",
                    "name it as repository@sha256:…");
        }
        List<String> tags = ImagePusher.references(request.target(), request.tags());
        try (RegistryClient source = RegistryClient.open(request.source().registry(), request.sourceAccess(), context);
                RegistryClient target = sharedTarget(request, source, context)) {
            Copier copier = new Copier(request, source, target, context);
            ManifestContent manifest = copier.read(digest);
            List<String> alreadyThere = new ArrayList<>();
            boolean copied = copier.sameRepository();
            for (String tag : request.tags()) {
                String name = request.target().withTag(tag).toString();
                String repository = request.target().repository();
                if (digest.equals(target.manifestDigest(repository, tag).orElse(""))) {
                    alreadyThere.add(name);
                    context.listener().progress(name + " is already there (" + digest + ")");
                    continue;
                }
                if (!copied) {
                    copier.copyParts(manifest);
                    copied = true;
                }
                target.pushManifest(repository, tag, manifest);
                context.listener().progress("Promoted " + digest + " to " + name);
            }
            if (!copier.sameRepository()) {
                copier.copyReferrers(manifest);
            }
            return new PromotedImage(
                    digest, request.target().withDigest(digest).toString(), tags, alreadyThere, copier.bytes);
        }
    }

    /** Closing one client twice does no harm. */
    private static RegistryClient sharedTarget(PromoteRequest request, RegistryClient source, EngineContext context) {
        boolean shared = request.source().registry().equals(request.target().registry())
                && request.sourceAccess().equals(request.targetAccess());
        return shared ? source : RegistryClient.open(request.target().registry(), request.targetAccess(), context);
    }

    /** Brings what a manifest names to the target's repository. */
    private static final class Copier {
        /** Of the tags under which cosign before its version 3 keeps what it knows of an image. */
        private static final List<String> OLD_SUFFIXES = List.of(".sig", ".att", ".sbom");

        private final ImageReference from;
        private final ImageReference to;
        private final RegistryClient source;
        private final RegistryClient target;
        private final EngineContext context;
        private long bytes;

        Copier(PromoteRequest request, RegistryClient source, RegistryClient target, EngineContext context) {
            this.from = request.source();
            this.to = request.target();
            this.source = source;
            this.target = target;
            this.context = context;
        }

        boolean sameRegistry() {
            return from.registry().equals(to.registry());
        }

        boolean sameRepository() {
            return sameRegistry() && from.repository().equals(to.repository());
        }

        ManifestContent read(String digest) {
            return source.manifest(from.repository(), digest)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.REGISTRY_NOT_FOUND,
                            "The image that is to be promoted is not in the registry",
                            from.bare() + "@" + digest,
                            "the registry has no manifest with this digest in this repository",
                            "push the image first; a clean-up of the registry may have deleted it"));
        }

        void copyParts(ManifestContent manifest) {
            JsonNode root = parse(manifest);
            if (MediaTypes.isIndex(manifest.mediaType())) {
                for (JsonNode each : root.path("manifests")) {
                    ManifestContent child = read(each.path("digest").asString(""));
                    copyParts(child);
                    target.pushManifest(to.repository(), child.digest(), child);
                }
                return;
            }
            Map<String, Long> blobs = new LinkedHashMap<>();
            blobs.put(
                    root.path("config").path("digest").asString(""),
                    root.path("config").path("size").asLong(0));
            root.path("layers")
                    .forEach(layer -> blobs.put(
                            layer.path("digest").asString(""),
                            layer.path("size").asLong(0)));
            List<Callable<Long>> transfers = new ArrayList<>();
            blobs.forEach((digest, size) -> transfers.add(() -> copy(digest, size)));
            Parallel.run(transfers).forEach(size -> bytes += size);
        }

        /** What refers to the image, and to those that it lists. */
        void copyReferrers(ManifestContent manifest) {
            String digest = manifest.digest();
            Set<String> there = target.referrers(to.repository(), digest).stream()
                    .map(Referrer::digest)
                    .collect(Collectors.toSet());
            for (Referrer each : source.referrers(from.repository(), digest)) {
                if (!there.contains(each.digest())) {
                    // one that is listed and gone is nothing to fail for
                    source.manifest(from.repository(), each.digest()).ifPresent(found -> {
                        copyParts(found);
                        target.attach(to.repository(), found, digest);
                    });
                }
            }
            for (String suffix : OLD_SUFFIXES) {
                String tag = RegistryClient.referrersTag(digest) + suffix;
                source.manifest(from.repository(), tag).ifPresent(found -> {
                    copyParts(found);
                    target.pushManifest(to.repository(), tag, found);
                });
            }
            if (MediaTypes.isIndex(manifest.mediaType())) {
                for (JsonNode each : parse(manifest).path("manifests")) {
                    copyReferrers(read(each.path("digest").asString("")));
                }
            }
        }

        private JsonNode parse(ManifestContent manifest) {
            try {
                return JsonMapper.shared().readTree(manifest.bytes());
            } catch (JacksonException e) {
                throw new EngineException(
                        ErrorCode.REGISTRY_FAILED,
                        "The manifest cannot be read",
                        from.toString(),
                        "it is no JSON",
                        "push the image again");
            }
        }

        private Path temporaryFolder() {
            try {
                return new LayerStore(context).temporaryFolder();
            } catch (IOException e) {
                throw LayerStore.disk(context.cache(), e);
            }
        }

        /** @return the bytes that went through this machine */
        private Long copy(String digest, long size) {
            if (target.hasBlob(to.repository(), digest)
                    || (sameRegistry() && target.mountBlob(to.repository(), digest, from.repository()))) {
                return 0L;
            }
            Path temporary = temporaryFolder();
            try {
                Path file = temporary.resolve("blob");
                source.pullBlob(from.repository(), digest, file);
                target.pushBlob(to.repository(), digest, file);
                return size;
            } finally {
                LayerStore.delete(temporary);
            }
        }
    }
}
