package dev.octavo.engine.git;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.api.StoppableCall;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.api.TransportCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.transport.ChainingCredentialsProvider;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.NetRCCredentialsProvider;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/**
 * A remote repository and the login for it. Nothing here ever puts the login into an address: it goes into a header,
 * and only to the host that was named.
 */
public final class GitRemote {
    private static final int TIMEOUT_SECONDS = 30;

    private final URIish address;
    private final Optional<Login> login;

    private GitRemote(URIish address, Optional<Login> login) {
        this.address = address;
        this.login = login;
    }

    /**
     * @param address a URL, {@code host:path} for SSH, or a folder
     * @param environment where {@code GIT_USERNAME} and {@code GIT_PASSWORD} are looked up; a password within the
     *     address is used too, and cut out of it
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID} where it is no address
     */
    public static GitRemote of(String address, Map<String, String> environment) {
        URIish uri;
        try {
            uri = new URIish(address);
        } catch (URISyntaxException e) {
            // its message and reason repeat the input, which may hold a password
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The git remote's address cannot be read",
                    "",
                    "it is neither a URL, nor host:path for SSH, nor a folder",
                    "write it as https://host/group/name.git, git@host:group/name.git or a path");
        }
        Optional<Login> login = Optional.empty();
        String password = environment.getOrDefault("GIT_PASSWORD", "");
        String user = environment.getOrDefault("GIT_USERNAME", "");
        boolean http = uri.getScheme() != null
                && uri.getScheme().toLowerCase(Locale.ROOT).startsWith("http");
        if (!password.isEmpty()) {
            // hosts that take a token as the password want any name, but want one
            login = Optional.of(new Login(user.isEmpty() ? "git" : user, new SecretValue(password)));
        } else if (uri.getPass() != null) {
            login = Optional.of(
                    new Login(uri.getUser() == null ? "git" : uri.getUser(), new SecretValue(uri.getPass())));
        } else if (http && uri.getUser() != null) {
            // a token in the place of the name
            login = Optional.of(new Login(uri.getUser(), new SecretValue("")));
        }
        URIish clean = http ? uri.setUser(null).setPass(null) : uri.setPass(null);
        return new GitRemote(clean, login);
    }

    /** The address without a login, fit for a message, a record and a repository's configuration. */
    public String url() {
        return address.toPrivateString();
    }

    /** The host, {@code ""} where it is a folder on this machine. */
    public String host() {
        return address.getHost() == null ? "" : address.getHost();
    }

    /** Where the repository is on the host. */
    public String path() {
        return address.getPath() == null ? "" : address.getPath();
    }

    /** The folder, where the remote is one on this machine. */
    public Optional<Path> folder() {
        if (address.isRemote()) {
            return Optional.empty();
        }
        try {
            Path path = Path.of(address.getPath()).toAbsolutePath().normalize();
            return Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Whether the remote is reached by the system's SSH client, with its keys. */
    public boolean isSsh() {
        String scheme = address.getScheme();
        return address.isRemote()
                && (scheme == null || scheme.toLowerCase(Locale.ROOT).endsWith("ssh"));
    }

    /** Whether there is a name and password to show to the remote. */
    public boolean hasLogin() {
        return login.isPresent();
    }

    /**
     * Runs a command that talks to this remote, with a time limit and the login; cancellation ends its connections.
     *
     * @throws GitAPIException what the command throws
     */
    public <C extends TransportCommand<C, T>, T> T call(C command, Cancellation cancellation) throws GitAPIException {
        StoppableHttp http = new StoppableHttp();
        CredentialsProvider own = new LoginProvider(address, login);
        command.setTimeout(TIMEOUT_SECONDS);
        command.setCredentialsProvider(new ChainingCredentialsProvider(own, new NetRCCredentialsProvider()));
        command.setTransportConfigCallback(transport -> {
            if (transport instanceof TransportHttp over) {
                over.setHttpConnectionFactory(http);
            }
        });
        return StoppableCall.run(GitAPIException.class, command::call, http::stop, cancellation);
    }

    /** {@code text} without the login, in case a server or a library repeats it. */
    public String withoutLogin(String text) {
        if (login.isEmpty()) {
            return text;
        }
        String secret = login.get().password().reveal();
        return secret.isEmpty() ? text.replace(login.get().user(), "****") : text.replace(secret, "****");
    }

    @Override
    public String toString() {
        return url();
    }

    private record Login(String user, SecretValue password) {}

    /** Answers for the one host: a redirect to another does not carry the password there. */
    private static final class LoginProvider extends CredentialsProvider {
        private final URIish address;
        private final Optional<Login> login;

        LoginProvider(URIish address, Optional<Login> login) {
            this.address = address;
            this.login = login;
        }

        @Override
        public boolean isInteractive() {
            return false;
        }

        @Override
        public boolean supports(CredentialItem... items) {
            for (CredentialItem item : items) {
                if (!(item instanceof CredentialItem.Username) && !(item instanceof CredentialItem.Password)) {
                    return false;
                }
            }
            return login.isPresent();
        }

        @Override
        public boolean get(URIish uri, CredentialItem... items) {
            if (login.isEmpty() || !supports(items) || !sameHost(uri)) {
                return false;
            }
            for (CredentialItem item : items) {
                if (item instanceof CredentialItem.Username name) {
                    name.setValue(login.get().user());
                } else if (item instanceof CredentialItem.Password password) {
                    password.setValue(login.get().password().reveal().toCharArray());
                }
            }
            return true;
        }

        private boolean sameHost(URIish uri) {
            return String.valueOf(address.getHost()).equalsIgnoreCase(String.valueOf(uri.getHost()))
                    && address.getPort() == uri.getPort()
                    && String.valueOf(address.getScheme()).equalsIgnoreCase(String.valueOf(uri.getScheme()));
        }
    }
}
