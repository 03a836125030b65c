package dev.octavo.engine.image;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.RegistryClient;
import java.time.Duration;
import java.util.Optional;

/** Finds images by their inputs in the repository they are pushed to, where a tag made of the inputs names each. */
public final class RegistryInputs implements EarlierImages {
    private static final String TAG = "inputs-";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private final ImageReference repository;
    private final RegistryAccess access;
    private final EngineContext context;

    public RegistryInputs(ImageReference repository, RegistryAccess access, EngineContext context) {
        this.repository = repository;
        this.access = access;
        this.context = context;
    }

    /** The tag that names the image with these inputs. */
    public static String tag(String inputs) {
        return TAG + Digests.hex(inputs);
    }

    /** A registry that can't tell is told of, and no failure: the image is built then. */
    @Override
    public Optional<ManifestContent> find(String inputs) {
        try (RegistryClient client =
                RegistryClient.openImpatient(repository.registry(), access, context, CONNECT_TIMEOUT)) {
            return client.manifest(repository.repository(), tag(inputs));
        } catch (EngineException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw e;
            }
            context.listener()
                    .progress(
                            "Whether " + repository.bare() + " has the image already is not known (" + e.what() + ")");
            return Optional.empty();
        }
    }
}
