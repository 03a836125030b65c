package dev.octavo.engine.release;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.git.GitRemote;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;

/**
 * A project at a forge.
 *
 * @param api where the API begins, without a slash at its end
 * @param path {@code owner/name}; at GitLab with any number of groups
 */
public record ForgeProject(ForgeKind kind, URI api, String path) {
    /**
     * The project that a git remote belongs to; empty where the remote is at no forge that can be told.
     *
     * @param kind the forge, where it is named
     * @param url the API's address, or {@code ""} for the usual one of the remote's host
     * @param remote the git remote's address
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID} where {@code url} is no address, or the kind is named
     *     and the remote's address has no owner and name in it
     */
    public static Optional<ForgeProject> of(Optional<ForgeKind> kind, String url, String remote) {
        GitRemote address = GitRemote.of(remote, Map.of());
        String path = address.path().replaceAll("^/+|/+$", "").replaceFirst("\\.git$", "");
        Optional<ForgeKind> known = kind.isPresent() ? kind : ForgeKind.ofHost(address.host());
        boolean project = path.indexOf('/') > 0 && (!address.host().isEmpty() || !url.isEmpty());
        if (known.isEmpty() || !project) {
            if (kind.isPresent()) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "The git remote's address names no project of "
                                + kind.get().title(),
                        address.url(),
                        "there is no owner and name in it",
                        "name the forge's own address as the remote: https://host/owner/name.git");
            }
            return Optional.empty();
        }
        String[] parts = path.split("/");
        // beside GitLab's groups, what comes before the last two is where the server itself is
        String name = known.get() == ForgeKind.GITLAB ? path : parts[parts.length - 2] + "/" + parts[parts.length - 1];
        URI api = api(url.isEmpty() ? known.get().apiAt(address.host()) : url);
        return Optional.of(new ForgeProject(known.get(), api, name));
    }

    private static URI api(String url) {
        try {
            URI uri = new URI(url.strip().replaceFirst("/+$", ""));
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below; the exception repeats the input, which may hold a password
        }
        throw new EngineException(
                ErrorCode.CONFIG_INVALID,
                "The address of the forge's API cannot be used",
                "forgeUrl",
                "it is not http://host or https://host with an optional port and path, and no login in it",
                "write it as https://gitlab.example.org/api/v4; the token goes into FORGE_TOKEN");
    }

    @Override
    public String toString() {
        return kind.title() + " " + path;
    }
}
