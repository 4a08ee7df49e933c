import copy

from odoo import api, models, tools


class CaredeskKeptFacts(models.AbstractModel):
    """Settings every new ticket asks for: some of their columns are kept between requests.

    They go into the record cache before anything is read, so that who reads a field finds it
    there. Whatever changes a row, recomputation included, ends in ``_write_multi``.
    """

    _name = "caredesk.kept.facts"
    _inherit = ["caredesk.forgetful"]
    _description = "Settings Kept in Memory"

    #: Columns that are kept; none that depends on the context.
    _kept = ()

    # === CRUD ===

    def _write_multi(self, vals_list):
        if any(name in vals for vals in vals_list for name in self._kept):
            self.env.registry.clear_cache()
        return super()._write_multi(vals_list)

    # === BUSINESS ===

    @api.model
    def _recall(self, record_ids):
        """Put what is kept of these records into the cache, where nothing else stands yet."""
        for record_id in record_ids:
            record = self.browse(record_id)
            for name, value in self._kept_facts(record_id).items():
                if isinstance(value, list | dict):
                    # Copied: nobody may change what others will be given.
                    value = copy.deepcopy(value)
                self._fields[name]._insert_cache(record, (value,))

    @api.model
    @tools.ormcache("record_id")
    def _kept_facts(self, record_id):
        """Return ``{name: value in the form of the cache}``; empty for a record that is not."""
        # sudo: only kept; whoever reads a record is checked then
        record_sudo = self.sudo().browse(record_id)
        # What is not written yet must not outlive a transaction that is rolled back.
        record_sudo.flush_recordset(self._kept)
        record_sudo.fetch(self._kept)
        caches = {name: self._fields[name]._get_cache(record_sudo.env) for name in self._kept}
        return {
            name: copy.deepcopy(cache[record_id])
            for name, cache in caches.items()
            if record_id in cache
        }
