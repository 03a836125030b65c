package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.RegistryClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Pushes a built image: what the registry lacks of it, then the manifest's very bytes under each tag. */
public final class ImagePusher {
    /**
     * Pushes it. A second time finds everything there.
     *
     * @throws EngineException one of the registry's codes, {@link ErrorCode#BUILD_OUTPUT} where the layout can't be used,
     *     {@link ErrorCode#CONFIG_INVALID} where a tag is none, {@link ErrorCode#CANCELLED}
     */
    public PushedImage push(PushRequest request, EngineContext context) {
        List<String> tags = references(request.repository(), request.tags());
        OciLayout layout = OciLayout.open(context.workspace().resolve(request.layout()));
        ManifestContent manifest = layout.manifest();
        String repository = request.repository().repository();
        try (RegistryClient client = RegistryClient.open(request.repository().registry(), request.access(), context)) {
            List<Long> sent = new ArrayList<>(Parallel.run(transfers(client, layout, request)));
            int blobs = sent.size();
            sent.removeIf(size -> size < 0);
            long manifests = manifest.bytes().length;
            for (ManifestContent each : layout.platforms()) {
                client.pushManifest(repository, each.digest(), each);
                manifests += each.bytes().length;
            }
            for (String tag : request.tags()) {
                client.pushManifest(repository, tag, manifest);
                context.listener()
                        .progress("Pushed " + request.repository().withTag(tag) + " (" + manifest.digest() + ")");
            }
            if (!request.inputs().isEmpty()) {
                remember(client, repository, manifest, request.inputs(), context);
            }
            return new PushedImage(
                    manifest.digest(),
                    request.repository().withDigest(manifest.digest()).toString(),
                    tags,
                    sent.stream().mapToLong(Long::longValue).sum() + manifests,
                    sent.size(),
                    blobs - sent.size());
        }
    }

    /** So that a later build of the same inputs finds it. The image is there without that too. */
    private static void remember(
            RegistryClient client, String repository, ManifestContent manifest, String inputs, EngineContext context) {
        try {
            client.pushManifest(repository, RegistryInputs.tag(inputs), manifest);
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw e;
            }
            context.listener()
                    .warning(
                            "A later build will not find this image by its inputs: " + e.what() + " (" + e.why() + ")");
        }
    }

    static List<String> references(ImageReference repository, List<String> tags) {
        if (tags.isEmpty()) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The image gets no tag",
                    repository.toString(),
                    "a registry may delete what no tag names",
                    "give one tag at least");
        }
        return tags.stream().map(tag -> repository.withTag(tag).toString()).toList();
    }

    /** Each gives the bytes that were sent, -1 where the registry had the blob. */
    private static List<Callable<Long>> transfers(RegistryClient client, OciLayout layout, PushRequest request) {
        Map<String, OciLayout.Blob> blobs = new LinkedHashMap<>();
        layout.blobs().forEach(blob -> blobs.putIfAbsent(blob.digest(), blob));
        String repository = request.repository().repository();
        List<Callable<Long>> transfers = new ArrayList<>();
        for (OciLayout.Blob blob : blobs.values()) {
            transfers.add(() -> {
                if (client.hasBlob(repository, blob.digest())) {
                    return -1L;
                }
                for (String from : request.mountFrom()) {
                    if (!from.equals(repository) && client.mountBlob(repository, blob.digest(), from)) {
                        return -1L;
                    }
                }
                client.pushBlob(repository, blob.digest(), blob.file());
                return blob.size();
            });
        }
        return transfers;
    }
}
