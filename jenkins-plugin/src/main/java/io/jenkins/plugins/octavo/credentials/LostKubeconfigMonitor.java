package io.jenkins.plugins.octavo.credentials;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.domains.Domain;
import hudson.Extension;
import hudson.model.AdministrativeMonitor;
import hudson.model.ModelObject;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;

/** Lists kubeconfigs of the plugin kubernetes-cd whose content Jenkins does not read any more. */
@Extension
@Symbol("octavoLostKubeconfigs")
public final class LostKubeconfigMonitor extends AdministrativeMonitor {
    /** So that controllers which never had that plugin look for nothing. */
    private static final AtomicBoolean SEEN = new AtomicBoolean();

    static void sawOne() {
        SEEN.set(true);
    }

    /**
     * A kubeconfig without content.
     *
     * @param place the folder it is kept in; {@code ""} for Jenkins itself
     * @param url of the credentials page there, relative to Jenkins' root
     * @param source what it was read from
     */
    public record Lost(String id, String place, String url, String source) {
        // the page reads them as properties

        public String getId() {
            return id;
        }

        public String getPlace() {
            return place;
        }

        public String getUrl() {
            return url;
        }

        public String getSource() {
            return source;
        }
    }

    @Override
    public String getDisplayName() {
        return Messages.LostKubeconfigMonitor_displayName();
    }

    @Override
    public boolean isActivated() {
        return SEEN.get() && !find().isEmpty();
    }

    @Override
    public boolean isSecurity() {
        return true;
    }

    /** Those of Jenkins and of all folders. */
    public List<Lost> getLost() {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return find();
    }

    private static List<Lost> find() {
        Jenkins jenkins = Jenkins.get();
        List<Lost> lost = new ArrayList<>();
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            collect(jenkins, "", "", lost);
            for (AbstractFolder<?> folder : jenkins.allItems(AbstractFolder.class)) {
                collect(folder, folder.getFullName(), folder.getUrl(), lost);
            }
        }
        return lost;
    }

    private static void collect(ModelObject context, String place, String url, List<Lost> lost) {
        for (CredentialsStore store : CredentialsProvider.lookupStores(context)) {
            if (store.getContext() != context) {
                continue;
            }
            for (Domain domain : store.getDomains()) {
                for (Credentials each : store.getCredentials(domain)) {
                    if (each instanceof KubeconfigCredentials kubeconfig
                            && !kubeconfig.getLostSource().isEmpty()) {
                        String page = place.isEmpty() ? "manage/credentials/" : url + "credentials/";
                        lost.add(new Lost(kubeconfig.getId(), place, page, kubeconfig.getLostSource()));
                    }
                }
            }
        }
    }
}
