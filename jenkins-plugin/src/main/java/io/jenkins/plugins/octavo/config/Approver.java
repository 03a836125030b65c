package io.jenkins.plugins.octavo.config;

import hudson.model.User;
import hudson.security.AccessControlled;
import hudson.security.Permission;
import hudson.security.SecurityRealm;
import hudson.security.UserMayOrMayNotExistException2;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.IdStrategy;
import jenkins.model.Jenkins;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/**
 * A name in a list of approvers: a user's ID or a group's. Where a realm has both under one name, {@code user:} or
 * {@code group:} before it tells which is meant.
 */
public final class Approver {
    private static final Logger LOGGER = Logger.getLogger(Approver.class.getName());
    private static final String USER = "user:";
    private static final String GROUP = "group:";

    private final String name;
    private final boolean mayBeUser;
    private final boolean mayBeGroup;

    private Approver(String entry) {
        boolean user = entry.startsWith(USER);
        boolean group = entry.startsWith(GROUP);
        this.name = entry.substring(user ? USER.length() : group ? GROUP.length() : 0)
                .trim();
        this.mayBeUser = !group;
        this.mayBeGroup = !user;
    }

    public static List<Approver> parse(String list) {
        return entries(list).stream().map(Approver::new).toList();
    }

    /** The entries as they were written. */
    public static List<String> entries(String list) {
        return Arrays.stream(list.split(","))
                .map(String::trim)
                .filter(entry -> !entry.isEmpty())
                .distinct()
                .toList();
    }

    public String name() {
        return name;
    }

    public boolean includes(Authentication who) {
        SecurityRealm realm = Jenkins.get().getSecurityRealm();
        if (mayBeUser && realm.getUserIdStrategy().equals(name, who.getName())) {
            return true;
        }
        IdStrategy groups = realm.getGroupIdStrategy();
        return mayBeGroup
                && who.getAuthorities().stream().anyMatch(authority -> groups.equals(name, authority.getAuthority()));
    }

    /** What the security realm says it is; it may have to ask another server. */
    public Kind kind() {
        SecurityRealm realm = Jenkins.get().getSecurityRealm();
        if (mayBeGroup && mayBeGroup(realm)) {
            return Kind.PERHAPS_MANY;
        }
        return mayBeUser && mayBeUser(realm) ? Kind.USER : Kind.NOBODY;
    }

    private boolean mayBeGroup(SecurityRealm realm) {
        if (realm.getGroupIdStrategy().equals(name, SecurityRealm.AUTHENTICATED_AUTHORITY2.getAuthority())) {
            return true;
        }
        try {
            realm.loadGroupByGroupname2(name, false);
            return true;
        } catch (UserMayOrMayNotExistException2 e) {
            // where the realm cannot tell, an account is better evidence than none
            return !mayBeUser || User.getById(name, false) == null;
        } catch (UsernameNotFoundException e) {
            return false;
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "the security realm cannot tell what " + name + " is");
            return true;
        }
    }

    private boolean mayBeUser(SecurityRealm realm) {
        try {
            realm.loadUserByUsername2(name);
            return true;
        } catch (UserMayOrMayNotExistException2 e) {
            return true;
        } catch (UsernameNotFoundException e) {
            return false;
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "the security realm cannot tell what " + name + " is");
            return true;
        }
    }

    /**
     * Whether a person of that ID has a permission; true where the security realm cannot tell who that is. It may have to
     * ask another server.
     */
    public static boolean mayHave(String id, Permission permission, AccessControlled where) {
        try {
            User user = User.getById(id, false);
            Authentication who = user == null
                    ? new UsernamePasswordAuthenticationToken(
                            id,
                            "",
                            Jenkins.get()
                                    .getSecurityRealm()
                                    .loadUserByUsername2(id)
                                    .getAuthorities())
                    : user.impersonate2();
            return where.getACL().hasPermission2(who, permission);
        } catch (UserMayOrMayNotExistException2 e) {
            return true;
        } catch (UsernameNotFoundException e) {
            return false;
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "the security realm cannot tell who " + id + " is");
            return true;
        }
    }

    /** How many people it can stand for. */
    public enum Kind {
        /** Nobody of that name is known. */
        NOBODY,
        /** One. */
        USER,
        /** A group, or nobody can tell. */
        PERHAPS_MANY
    }
}
